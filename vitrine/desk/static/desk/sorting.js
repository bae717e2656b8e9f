// A line of a rule offers only what fits its field: comparisons, and names to choose from.
const form = document.querySelector(".rule-form");
const operators = JSON.parse(form?.dataset.operators || "{}");

function fit(line) {
  const [what, how] = line.querySelectorAll("select");
  const values = line.querySelector("input");
  const allowed = operators[what.value] || [];
  for (const option of how.options) {
    option.hidden = option.disabled = !allowed.includes(option.value);
  }
  if (!allowed.includes(how.value)) how.value = allowed[0];
  if (document.getElementById(`values-${what.value}`)) {
    values.setAttribute("list", `values-${what.value}`);
  } else {
    values.removeAttribute("list");
  }
}

for (const line of document.querySelectorAll(".condition")) {
  fit(line);
  line.addEventListener("change", () => fit(line));
}
document.querySelector(".trial[data-focus]")?.focus();
