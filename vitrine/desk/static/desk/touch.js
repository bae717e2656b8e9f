// A form that is confirmed with a security key: <form data-key="get|create">.
// Before it leaves, the page asks the server what the key shall sign, asks the key, and puts
// its answer into hidden fields. What the key or the browser refuses is told to the server too:
// every attempt is written down there.

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function put(form, name, value) {
  let field = form.querySelector(`input[type=hidden][name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

/** What the server wants signed; throws with its sentence when there is nothing to sign. */
async function challenge(form) {
  const asked = new FormData(form);
  asked.set("challenge", "1");
  asked.delete("password");
  const answer = await fetch(form.action, { method: "POST", body: asked });
  if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Error();
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.sentence);
  return said;
}

async function sign(form, { nonce, publicKey }) {
  const { challenge: wanted, allowCredentials = [] } = publicKey;
  const key = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(wanted),
      allowCredentials: allowCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
    },
  });
  put(form, "nonce", nonce);
  put(form, "credential_id", text(key.rawId));
  put(form, "client_data", text(key.response.clientDataJSON));
  put(form, "authenticator_data", text(key.response.authenticatorData));
  put(form, "signature", text(key.response.signature));
}

async function make(form, { publicKey }) {
  const { challenge: wanted, user, excludeCredentials = [] } = publicKey;
  const key = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(wanted),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
    },
  });
  put(form, "client_data", text(key.response.clientDataJSON));
  put(form, "attestation", text(key.response.attestationObject));
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-key]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const says = form.querySelector("[data-says]");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const said = await challenge(form);
    says.textContent = form.dataset.waiting;
    try {
      await (form.dataset.key === "create" ? make(form, said) : sign(form, said));
    } catch (refusal) {
      if (said.nonce) put(form, "nonce", said.nonce);
      put(form, "problem", refusal.name);
    }
    form.submit();
  } catch (trouble) {
    says.textContent = trouble.message && !(trouble instanceof TypeError)
      ? trouble.message : form.dataset.lost;
    button.disabled = false;
  }
});
