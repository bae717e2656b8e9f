// The key signs exactly what is shown: asks it, puts its answer into the form, sends the form.
const form = document.querySelector("form[data-key]");
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function ask() {
  const options = JSON.parse(form.dataset.key);
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(options.challenge),
      rpId: options.rpId,
      timeout: options.timeout,
      userVerification: options.userVerification,
      allowCredentials: options.allowCredentials.map((id) => ({
        type: "public-key", id: bytes(id), transports: ["usb", "nfc"],
      })),
    },
  });
  form.elements.credential_id.value = text(found.rawId);
  form.elements.client_data.value = text(found.response.clientDataJSON);
  form.elements.authenticator_data.value = text(found.response.authenticatorData);
  form.elements.signature.value = text(found.response.signature);
}

/** Every attempt is written down, also one that the key or the browser refused. */
function tell(problem) {
  const said = new URLSearchParams(new FormData(form));
  said.set("problem", problem);
  fetch(form.action, { method: "POST", body: said }).catch(() => {});
}

form?.addEventListener("submit", async (event) => {
  if (form.elements.signature.value) return;
  event.preventDefault();
  const says = form.querySelector(".wait");
  const button = form.querySelector("button");
  button.disabled = true;
  says.textContent = says.dataset.touch;
  try {
    await ask();
    form.submit();
  } catch (trouble) {
    says.textContent = says.dataset[trouble.name === "SecurityError" ? "elsewhere" : "failed"];
    tell(trouble.name);
    button.disabled = false;
  }
});
