// Keys pressed while the page is still being put together: kept until `keys.js` is there, so that
// whoever presses at once loses nothing.
window.earlyKeys = [];
window.keepEarlyKey = (event) => window.earlyKeys.push(event);
document.addEventListener("keydown", window.keepEarlyKey);
