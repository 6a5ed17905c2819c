"""The two languages of the manual, and the words that it says itself."""

from __future__ import annotations

LANGUAGES = ("vi", "en")
NAMES = {"vi": "Tiếng Việt", "en": "English"}
WORDS = {
    "title": {"vi": "kehoach: hướng dẫn sử dụng", "en": "kehoach: manual"},
    "skip": {"vi": "Chuyển đến nội dung", "en": "Skip to content"},
    "start": {"vi": "Bắt đầu", "en": "Start"},
    "howto": {"vi": "Hướng dẫn từng việc", "en": "How to"},
    "method": {"vi": "Phương pháp", "en": "Method"},
    "notebooks": {"vi": "Notebook (tiếng Anh)", "en": "Notebooks"},
    "reference": {"vi": "Tra cứu", "en": "Reference"},
    "notes": {"vi": "Ghi chú kỹ thuật (tiếng Anh)", "en": "Technical notes"},
    "questions": {"vi": "Danh mục câu hỏi", "en": "Question catalogue"},
    "ontology": {"vi": "Mô hình dữ liệu (ontology)", "en": "Ontology"},
    "shapes": {"vi": "Quy tắc kiểm tra (SHACL)", "en": "Shapes (SHACL)"},
    "commands": {"vi": "Các lệnh", "en": "Commands"},
    "addresses": {"vi": "Các địa chỉ của dịch vụ", "en": "Addresses of the service"},
    "made": {
        "vi": "Trang này do máy lập khi dựng bộ hướng dẫn, từ chính cái mà nó mô tả.",
        "en": "This page is made, when the manual is built, from what it describes.",
    },
    "term": {"vi": "Từ", "en": "Term"},
    "label": {"vi": "Nhãn", "en": "Label"},
    "meaning": {"vi": "Nghĩa", "en": "Meaning"},
    "above": {"vi": "Thuộc về", "en": "Beneath"},
    "from": {"vi": "Của", "en": "From"},
    "to": {"vi": "Đến", "en": "To"},
    "classes": {"vi": "Lớp", "en": "Classes"},
    "properties": {"vi": "Thuộc tính", "en": "Properties"},
    "schemes": {"vi": "Bảng khái niệm", "en": "Concept schemes"},
    "drawing": {"vi": "Các lớp và quan hệ giữa chúng", "en": "The classes and what ties them"},
    "rule": {"vi": "Quy tắc", "en": "Shape"},
    "about": {"vi": "Xét", "en": "About"},
    "path": {"vi": "Thuộc tính xét", "en": "Path"},
    "severity": {"vi": "Mức", "en": "Severity"},
    "message": {"vi": "Nội dung", "en": "Message"},
    "parameters": {"vi": "Tham số", "en": "Parameters"},
    "columns": {"vi": "Cột", "en": "Columns"},
    "query": {"vi": "Câu truy vấn", "en": "The query"},
    "ask": {"vi": "Hỏi", "en": "Ask it"},
    "address": {"vi": "Địa chỉ", "en": "Address"},
    "method_": {"vi": "Phương thức", "en": "Method"},
    "what": {"vi": "Nội dung", "en": "What"},
    "shapes-reference": {
        "vi": "Dữ liệu tham chiếu, của chúng tôi và của nơi khác",
        "en": "Reference data, ours and that of others",
    },
    "shapes-alignments": {
        "vi": "Đối chiếu với văn bản cấp trên",
        "en": "Comparison with the documents above",
    },
    "shapes-data": {
        "vi": "Lỗi trong dữ liệu của chúng tôi",
        "en": "Errors in our data",
    },
    "shapes-findings": {
        "vi": "Điều kế hoạch để ngỏ",
        "en": "What a plan leaves open",
    },
    "shapes-corpus": {
        "vi": "Điều nổi lên khi so nhiều kế hoạch",
        "en": "What stands out across plans",
    },
    "english": {
        "vi": "Lời giải thích của các lệnh viết bằng tiếng Anh, như khi gõ `--help`.",
        "en": "As each command tells with `--help`.",
    },
    "without": {
        "vi": "(Không có hình: máy dựng bộ hướng dẫn này không có Chromium. Hình có khi chạy `make manual-pictures` trước.)",
        "en": "(No picture: the machine that built this manual has no Chromium. `make manual-pictures` makes it.)",
    },
    "unexecuted": {
        "vi": "(Chưa chạy: lần dựng này không chạy notebook.)",
        "en": "(Not run: this build left out running the notebooks.)",
    },
}


def word(key: str, lang: str) -> str:
    return WORDS[key][lang]
