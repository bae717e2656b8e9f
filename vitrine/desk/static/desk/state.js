// The banner of the state follows the live stream: `live` becomes `state-changed` when a public
// change or a proposal was made. What the page was drawn with is not asked for again at once.

const loadedAt = performance.now();
const fresh = 3000;
const calm = 2000;
let due = 0;

document.body.addEventListener("live", ({ detail }) => {
  const concerns = detail.changes.some(
    (change) =>
      change.startsWith("status.") ||
      (change === "everything" && performance.now() - loadedAt > fresh),
  );
  if (!concerns) return;
  due ||= setTimeout(() => {
    due = 0;
    document.body.dispatchEvent(new CustomEvent("state-changed"));
  }, detail.changes.includes("everything") ? calm : 0);
});
