"""Invented plans in any number: the same seed, the same texts.

.venv/bin/python -m benchmarks.corpus FOLDER 100 [seed]

Each has its own number, one of the provinces of the reference data, and one of four conventions for
responsibilities; about 20 kB each.  Every text says that it is invented.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

from kg.registry import load_registry

MARK = "(VĂN BẢN GIẢ ĐỊNH DÙNG ĐỂ KIỂM THỬ, KHÔNG DO CƠ QUAN NÀO BAN HÀNH)"
NATIONAL = (
    "Nghị quyết số 124/NQ-CP ngày 03 tháng 9 năm 2020 của Chính phủ",
    "Quyết định số 879/QĐ-TTg ngày 09 tháng 6 năm 2014 của Thủ tướng Chính phủ",
    "Nghị quyết số 115/NQ-CP ngày 06 tháng 8 năm 2020 của Chính phủ",
)
AGENCIES = (
    "Sở Công Thương", "Sở Khoa học và Công nghệ", "Sở Tài chính", "Sở Xây dựng", "Sở Tư pháp", "Sở Y tế",
    "Công an tỉnh", "Sở Kế hoạch và Đầu tư", "Sở Giáo dục và Đào tạo", "Sở KH&CN", "Văn phòng UBND tỉnh",
    "Bộ Công Thương", "Liên minh Hợp tác xã tỉnh",
)  # fmt: skip
HEADINGS = (
    "Đổi mới sáng tạo", "Tín dụng", "Phát triển nguồn nhân lực", "Khu công nghiệp", "Thông tin, tuyên truyền",
    "Bảo vệ môi trường", "Cải cách thủ tục hành chính", "Công nghiệp hỗ trợ",
)  # fmt: skip
VERBS = (
    "Rà soát",
    "Xây dựng",
    "Triển khai",
    "Hỗ trợ",
    "Tổ chức",
    "Tăng cường",
    "Ban hành",
    "Đẩy mạnh",
)
THINGS = (
    "các chương trình tín dụng ưu đãi cho doanh nghiệp công nghiệp", "quy hoạch các khu công nghiệp trên địa bàn",
    "hoạt động đổi mới công nghệ trong doanh nghiệp nhỏ và vừa", "đào tạo nhân lực kỹ thuật cho ngành chế biến",
    "công tác thông tin, tuyên truyền về phát triển công nghiệp", "cơ sở dữ liệu dùng chung của ngành công nghiệp",
    "các thủ tục hành chính về đầu tư, đất đai, xây dựng", "chuỗi cung ứng nguyên liệu cho công nghiệp hỗ trợ",
)  # fmt: skip
TAILS = (
    "bảo đảm phù hợp với điều kiện thực tế của địa phương và quy định của pháp luật hiện hành",
    "gắn với mục tiêu phát triển kinh tế - xã hội giai đoạn 2021 - 2025 của tỉnh",
    "góp phần nâng cao năng lực cạnh tranh và thu hút đầu tư vào các ngành có giá trị gia tăng cao",
)
TIMES = ("Hằng năm", "Năm 2022", "Năm 2021 - 2025", "Quý IV năm 2021", "Thường xuyên", None)
INDICATORS = (
    "Tỷ trọng công nghiệp trong GRDP", "Tỷ lệ lao động qua đào tạo", "Tỷ lệ hộ nghèo", "Tỷ lệ đô thị hóa",
)  # fmt: skip
TASKS = 64


def provinces() -> list[str]:
    """The names of the provinces before 1 July 2025, in the order of their codes."""
    before = [u for u in load_registry().units if "/" not in u.path]
    return [max(unit.names, key=len).title() for unit in before]


def write_plan(number: int, seed: int = 1) -> str:
    """The text of plan *number*."""
    chance = random.Random(seed * 1_000_003 + number)
    names = provinces()
    place = names[number % len(names)]
    day = date(2020, 10, 1) + timedelta(days=chance.randrange(400))
    blocks = [
        "ỦY BAN NHÂN DÂN", f"TỈNH {place.upper()}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", f"Số: {number + 1}/KH-UBND",
        f"{place}, ngày {day.day:02} tháng {day.month:02} năm {day.year}", "KẾ HOẠCH",
        f"PHÁT TRIỂN CÔNG NGHIỆP TỈNH {place.upper()} ĐẾN NĂM 2025", MARK,
        f"Thực hiện {NATIONAL[number % 3]}, Ủy ban nhân dân tỉnh xây dựng Kế hoạch này, cụ thể như sau:",
        "I. MỤC TIÊU ĐẾN NĂM 2025",
    ]  # fmt: skip
    for count, indicator in enumerate(chance.sample(INDICATORS, 3), 1):
        blocks.append(f"{count}. {indicator} đạt {chance.randrange(10, 90)}% vào năm 2025.")
    blocks.append("II. NHIỆM VỤ")
    convention = number % 4
    tasks = [_task(chance) for _ in range(TASKS)]
    blocks += (_labels, _inline, _dashes, _table)[convention](chance, tasks)
    blocks += [
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Sở Công Thương theo dõi, đôn đốc việc thực hiện Kế hoạch, báo cáo UBND tỉnh trước ngày 15/11 hằng năm.",
        "Nơi nhận:", "- Sở Công Thương;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn Giả Định",
    ]  # fmt: skip
    return "\n\n".join(blocks) + "\n"


def _task(chance: random.Random) -> str:
    return f"{chance.choice(VERBS)} {chance.choice(THINGS)}, {chance.choice(TAILS)}"


def _labels(chance: random.Random, tasks: list[str]) -> list[str]:
    blocks: list[str] = []
    for index, task in enumerate(tasks):
        if index % 8 == 0:
            blocks.append(f"{index // 8 + 1}. {HEADINGS[index // 8 % len(HEADINGS)]}")
        blocks.append(f"{'abcdeghi'[index % 8]}) {task}.")
        blocks.append(f"Cơ quan chủ trì: {chance.choice(AGENCIES)}")
        blocks.append(f"Cơ quan phối hợp: {', '.join(chance.sample(AGENCIES, 2))}")
        if time := chance.choice(TIMES):
            blocks.append(f"Thời gian thực hiện: {time}")
    return blocks


def _inline(chance: random.Random, tasks: list[str]) -> list[str]:
    blocks: list[str] = []
    for index, task in enumerate(tasks):
        if index % 8 == 0:
            blocks.append(f"{index // 8 + 1}. {HEADINGS[index // 8 % len(HEADINGS)]}")
        lead, one, two = chance.sample(AGENCIES, 3)
        blocks.append(
            f"{'abcdeghi'[index % 8]}) {lead} chủ trì, phối hợp với {one}, {two} {task[0].lower()}{task[1:]}."
        )
    return blocks


def _dashes(chance: random.Random, tasks: list[str]) -> list[str]:
    blocks: list[str] = []
    for index, task in enumerate(tasks):
        if index % 8 == 0:
            blocks.append(f"{index // 8 + 1}. {AGENCIES[index // 8 % len(AGENCIES)]}")
        time = chance.choice(TIMES)
        blocks.append(f"- {task}{f' ({time.lower()})' if time else ''}.")
    return blocks


def _table(chance: random.Random, tasks: list[str]) -> list[str]:
    rows = [
        "| STT | Nội dung | Chủ trì | Phối hợp | Thời gian |",
        "| --- | --- | --- | --- | --- |",
    ]
    for index, task in enumerate(tasks, 1):
        lead, other = chance.sample(AGENCIES, 2)
        rows.append(f"| {index} | {task} | {lead} | {other} | {chance.choice(TIMES) or ''} |")
    return ["1. Phân công nhiệm vụ", "\n".join(rows)]


def write_corpus(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Write *count* plans to *folder*; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for number in range(count):
        file = folder / f"gia-dinh-{number:04}.{'md' if number % 4 == 3 else 'txt'}"
        file.write_text(write_plan(number, seed), "utf-8")
        files.append(file)
    return files


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]), int(sys.argv[2]), *(int(word) for word in sys.argv[3:4]))
