// <system-status lang="fr"><a href="https://status.register.example/fr/">...</a></system-status>
// Shows the state of the system on any site; what stands inside the element stays when this
// script, or the status page, cannot be reached. No dependency, nothing stored, no cookie.
(() => {
  const root = document.currentScript ? new URL(".", document.currentScript.src).href : "";
  const SHAPES = {
    works: ["M16 3a13 13 0 1 0 0 26 13 13 0 0 0 0-26Z", "m9.5 16.5 4.5 4.5 8.5-9.5"],
    slowed: ["M16 3.5 30 28H2Z", "M16 12.5v7.5M16 23.6v.8"],
    interrupted: ["M10.6 3h10.8L29 10.6v10.8L21.4 29H10.6L3 21.4V10.6Z", "m11 11 10 10M21 11 11 21"],
  };
  const STYLE = `:host{display:block}a{display:flex;gap:.6em;align-items:center;color:inherit;text-decoration:none}
    a:hover,a:focus-visible{text-decoration:underline}svg{flex:none;width:1.5em;height:1.5em;fill:none;stroke:currentColor;
    stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}.works svg{color:#1c6b3c}.slowed svg{color:#8a5300}
    .interrupted svg{color:#a3231f}@media (prefers-color-scheme:dark){:host([scheme=auto]) .works svg{color:#6fd397}
    :host([scheme=auto]) .slowed svg{color:#f0b45a}:host([scheme=auto]) .interrupted svg{color:#ff9a94}}`;
  const drawn = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };

  class SystemStatus extends HTMLElement {
    connectedCallback() {
      this.failures = 0;
      this.ask();
      this.awake = () => { if (!document.hidden) this.ask(); };
      document.addEventListener("visibilitychange", this.awake);
    }
    disconnectedCallback() {
      clearTimeout(this.timer);
      document.removeEventListener("visibilitychange", this.awake);
    }
    get base() { return new URL(this.getAttribute("src") || root, location.href).href; }
    get language() {
      const named = this.lang || (this.closest("[lang]") || {}).lang || navigator.language || "fr";
      return named.slice(0, 2).toLowerCase();
    }
    async ask() {
      clearTimeout(this.timer);
      try {
        const answer = await fetch(`${this.base}status.json`, { cache: "no-cache", credentials: "omit" });
        if (!answer.ok) throw new Error(answer.status);
        this.show(await answer.json());
        this.failures = 0;
      } catch { this.failures += 1; }
      const seconds = (document.hidden ? 60 : 15) * 2 ** Math.min(this.failures, 3);
      this.timer = setTimeout(() => this.ask(), seconds * 1000 * (0.8 + 0.4 * Math.random()));
    }
    show(state) {
      const language = state.text[this.language] ? this.language : Object.keys(state.text)[0];
      const shown = `${state.version}.${state.edition} ${language}`;
      if (!SHAPES[state.state] || this.shown === shown) return;
      this.shown = shown;
      const shadow = this.shadowRoot || this.attachShadow({ mode: "open" });
      if (!this.link) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        shadow.adoptedStyleSheets = [sheet];
        this.link = document.createElement("a");
        this.words = document.createElement("span");
        if (this.hasAttribute("announce")) this.words.setAttribute("role", "status");
        shadow.append(this.link);
      }
      const picture = drawn("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" });
      picture.append(...SHAPES[state.state].map((d) => drawn("path", { d })));
      if (this.link.firstChild) this.link.firstChild.replaceWith(picture);
      else this.link.append(picture, this.words);
      this.link.className = state.state;
      this.link.href = `${this.base}${language}/index.html`;
      this.words.lang = language;
      const comment = (state.comment || {})[language];
      this.words.textContent = comment ? `${state.text[language]} ${comment}` : state.text[language];
    }
  }
  if (!customElements.get("system-status")) customElements.define("system-status", SystemStatus);
})();
