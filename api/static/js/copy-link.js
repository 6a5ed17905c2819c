// A button that copies the link beside it, for every element of the class «copy».
const said = document.documentElement.lang === "vi" ? ["Chép", "Đã chép"] : ["Copy", "Copied"];
for (const place of document.querySelectorAll(".copy")) {
  const link = place.querySelector("a");
  if (!link || !navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = said[0];
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.href);
    button.textContent = said[1];
    setTimeout(() => { button.textContent = said[0]; }, 2000);
  });
  place.append(" ", button);
}
