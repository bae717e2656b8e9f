// drafts.js
