// Lengths of time that go on by themselves: <time data-since="..." data-late="20">. The clock of
// the server counts: the part around them says what time it was there (data-now) when it was drawn.

let ahead = 0;

/** Milliseconds by which this browser's clock is ahead of the server's, from the newest part. */
function compare() {
  const drawn = [...document.querySelectorAll("[data-now]")].map((part) => Date.parse(part.dataset.now));
  if (drawn.length) ahead = Date.now() - Math.max(...drawn);
}

function words(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function tick() {
  const now = Date.now() - ahead;
  for (const clock of document.querySelectorAll("time[data-since]")) {
    const length = now - Date.parse(clock.dataset.since);
    const text = words(length);
    if (clock.textContent !== text) clock.textContent = text;
    if (clock.dataset.late) clock.classList.toggle("late", length > Number(clock.dataset.late) * 1000);
  }
  for (const clock of document.querySelectorAll("time[data-until]")) {
    clock.textContent = words(Date.parse(clock.dataset.until) - now + 999);
  }
}

compare();
tick();
setInterval(tick, 1000);
document.body.addEventListener("htmx:afterSwap", () => {
  compare();
  tick();
});
