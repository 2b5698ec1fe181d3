"""Documents made on the spot."""

import io
from pathlib import Path

import docx
from pypdf import PdfReader, PdfWriter


def pdf(*texts: str) -> bytes:
    """One page for each text; an empty one has none."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    pages = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(texts)))
    objects.append(f"<< /Type /Pages /Kids [{pages}] /Count {len(texts)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for place, text in enumerate(texts):
        content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * place} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("secret"))))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(path: Path) -> Path:
    """A heading, a paragraph, a table, and a paragraph."""
    document = docx.Document()
    document.add_heading("Recipe", 2)
    document.add_paragraph("Flour and water.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "flour", "500 g"
    document.add_paragraph("Bake it.")
    document.save(str(path))
    return path
