// desk.js
