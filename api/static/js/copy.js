// A button that copies what stands in a field: <button data-copy="id of the field" data-done="Copied" hidden>.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = words; }, 2000);
      } catch {
        field.focus();
        field.select();
      }
    });
  }
}
