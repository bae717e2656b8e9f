// A message as it was sent stands in a frame that runs no script; so the page of the desk gives
// the frame the height of what is in it. Without this file the frame scrolls.

const least = 96;
const most = 4000;

/** Make the frame as high as its page, and keep it so while pictures arrive. */
function fit(frame) {
  const inside = frame.contentDocument?.documentElement;
  if (!inside) return;
  const measure = () => {
    const height = Math.min(Math.max(inside.offsetHeight, least), most);
    const bar = inside.scrollWidth > inside.clientWidth ? 18 : 4; // room to scroll sideways
    frame.style.blockSize = `${height + bar}px`;
  };
  measure();
  new ResizeObserver(measure).observe(inside);
}

function fitAll() {
  for (const frame of document.querySelectorAll("iframe[data-fits]")) {
    if (frame.dataset.fits) continue;
    frame.dataset.fits = "now";
    frame.addEventListener("load", () => fit(frame));
    if (frame.contentDocument?.readyState === "complete") fit(frame);
  }
}

fitAll();
document.body.addEventListener("htmx:afterSettle", fitAll);
