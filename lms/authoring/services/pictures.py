"""Pictures as trainers send them, from phones and Word: made small, turned upright, written anew so that nothing else comes along."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from lms.errors import Conflict

LONGEST = 1600  # pixels of the longer side: sharp on a projector, some 300 KB
MOST_PIXELS = 60_000_000  # a phone's largest photograph; more is refused before it is unpacked
LARGEST = 25 * 2**20  # what the server takes in one request, by its usual setting
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
Image.MAX_IMAGE_PIXELS = None  # measured here, from the file's head, and refused with words


def made_small(data: bytes) -> tuple[bytes, str]:
    """The picture as it is kept, and its ending (jpg or png). Raises Conflict with words for the trainer."""
    if len(data) > LARGEST:
        raise Conflict(f"Ảnh quá mức {LARGEST // 2**20} MB. Hãy giảm kích thước ảnh rồi tải lại.")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Conflict(f"Ảnh {opened.width} × {opened.height} điểm là quá lớn. Hãy thu nhỏ ảnh rồi tải lại.")
            opened.draft("RGB", (LONGEST, LONGEST))
            return _written(ImageOps.exif_transpose(opened), opened.format in {"PNG", "GIF", "BMP"})
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as problem:
        raise Conflict("Không đọc được tệp này như một ảnh. Hãy dùng ảnh JPG, PNG hoặc WebP.") from problem


def _written(picture: Image.Image, drawn: bool) -> tuple[bytes, str]:
    """`drawn`: came in a form used for screens and diagrams, whose edges JPEG would blur."""
    clear = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    drawn = drawn or clear or picture.mode in {"1", "L", "P"}
    kept = picture.convert("RGBA" if clear else "RGB")
    kept.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    stream = BytesIO()
    if drawn:
        kept.save(stream, "PNG", optimize=True)
        if clear or stream.tell() < 400_000:
            return stream.getvalue(), "png"
    stream = BytesIO()
    kept.convert("RGB").save(stream, "JPEG", quality=82, progressive=True)
    return stream.getvalue(), "jpg"
