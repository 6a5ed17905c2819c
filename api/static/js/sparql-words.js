// The words of the query page, and its errors in plain ones.
const vi = document.documentElement.lang === "vi";

export const words = vi ? {
  run: "Chạy truy vấn", share: "Chép đường dẫn", copied: "Đã chép", download: "Tải", query: "Truy vấn SPARQL", answer: "Câu trả lời", filter: "Lọc",
  running: "Đang chạy:", stopped: "Đã dừng.", seconds: "giây", limit: "giới hạn", row: "dòng", rows: "dòng",
  keys: "Ctrl+Enter chạy, Ctrl+Dấu cách gợi ý, Esc rồi Tab để ra khỏi ô soạn thảo",
  views: { table: "Bảng", network: "Mạng lưới", response: "Nguyên dạng", boolean: "Đúng hay sai" },
  network: (n, m) => `Mạng lưới: ${n} nút, ${m} liên kết`,
  number: "Số thứ tự",
  table: { info: "_START_–_END_ / _TOTAL_ dòng", infoEmpty: "Không có dòng nào", infoFiltered: "(lọc từ _MAX_)", zeroRecords: "Không có dòng nào", emptyTable: "Không có dòng nào" },
  controls: { "Simple view": "Gọn", Ellipse: "Cắt ngắn", "Filter query results": "Lọc trong câu trả lời", "Page size:": "Mỗi trang:", "Page size: ": "Mỗi trang:", All: "Tất cả" },
  few: "Quá nhiều để vẽ; đang vẽ", first: "liên kết đầu.",
} : {
  run: "Run the query", share: "Copy a link", copied: "Copied", download: "Download", query: "SPARQL query", answer: "Answer", filter: "Filter",
  running: "Running:", stopped: "Stopped.", seconds: "seconds", limit: "limit", row: "row", rows: "rows",
  keys: "Ctrl+Enter runs, Ctrl+Space completes, Esc then Tab leaves the editor",
  views: { table: "Table", network: "Network", response: "Raw response", boolean: "True or false" },
  network: (n, m) => `Network: ${n} nodes, ${m} edges`,
  number: "Row",
  table: { info: "_START_–_END_ of _TOTAL_ rows", infoEmpty: "No rows", infoFiltered: "(of _MAX_)", zeroRecords: "No rows", emptyTable: "No rows" },
  controls: { Ellipse: "Shorten", "Filter query results": "Filter the answer", "Page size:": "On a page:" },
  few: "Too many to draw; drawn are the first", first: "edges.",
};

const CODES = {
  "malformed-query": ["Truy vấn viết chưa đúng.", "The query is not written correctly."],
  "query-too-large": ["Truy vấn quá dài hoặc lồng quá sâu.", "The query is too long or nested too deep."],
  "forbidden": ["Dịch vụ này không làm điều ấy: nó chỉ đọc dữ liệu của mình.", "This service does not do that: it only reads its own data."],
  "time-limit": ["Truy vấn chạy quá thời gian cho phép. Thử hẹp lại, hoặc thêm LIMIT.", "The query ran longer than allowed. Narrow it, or add a LIMIT."],
  "memory-limit": ["Truy vấn cần nhiều bộ nhớ hơn mức cho phép. Thử hẹp lại.", "The query needs more memory than allowed. Narrow it."],
  "answer-too-large": ["Câu trả lời quá lớn. Thêm LIMIT hoặc chọn ít cột hơn.", "The answer is too large. Add a LIMIT, or select fewer columns."],
  "overloaded": ["Dịch vụ đang bận; thử lại sau giây lát.", "The service is busy; try again in a moment."],
  "too-many-requests": ["Bạn hỏi quá nhiều trong thời gian ngắn; thử lại sau.", "You ask too much in a short time; try again later."],
};

/** The error that the service told, as an element. */
export function explain(text) {
  let told = null;
  try { told = JSON.parse(text).error; } catch { /* it came from elsewhere: no connection, a proxy */ }
  const box = document.createElement("div");
  const say = (tag, content) => { if (content) box.append(Object.assign(document.createElement(tag), { textContent: content })); };
  if (!told) {
    say("p", vi ? "Không nhận được câu trả lời của dịch vụ." : "No answer came from the service.");
    say("pre", text);
    return box;
  }
  say("p", CODES[told.code]?.[vi ? 0 : 1] ?? (vi ? "Truy vấn không chạy được." : "The query could not be run."));
  if (told.detail?.line) say("p", `${vi ? "Dòng" : "Line"} ${told.detail.line}, ${vi ? "cột" : "column"} ${told.detail.column}`);
  say("pre", told.message);
  return box;
}
