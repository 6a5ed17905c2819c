// In which language a text of the data is, where that is not the language of the page ("" where it is).
const VIETNAMESE = /[ăâđêôơưàáãèéìíòóõùúýĩũ\u1ea0-\u1ef9]/i;
const page = document.documentElement.lang;

export function tongue(text) { return page === "en" && VIETNAMESE.test(text ?? "") ? "vi" : ""; }
