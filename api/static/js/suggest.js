// Suggestions while typing, for every input with data-suggest (the combobox pattern of WAI-ARIA).
