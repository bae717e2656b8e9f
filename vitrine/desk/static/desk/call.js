// call.js
