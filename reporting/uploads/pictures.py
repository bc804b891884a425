"""A picture as its points and nothing else: no place, no camera, no thumbnail, nothing before or behind it.

It is encoded anew, a JPEG with its own tables, so that what a browser shows is what was looked at here.
"""

from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin

from .problems import Unacceptable

PIXELS = 64_000_000
KEPT = ("icc_profile", "dpi", "transparency")  # how it looks; never where and with what it was taken
QUALITY = 92  # of a JPEG that had to be turned
_DEPTH = 24  # the byte of a PNG that says how many bits a colour has
ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = None  # decided below, with a sentence
Image.preinit()  # what saving asks for; later nothing can be opened


def cleaned_jpeg(content: bytes) -> bytes:
    """Turned as the camera says, because what says so goes."""
    picture = _opened(JpegImagePlugin.JpegImageFile, content)
    if picture.mode not in ("L", "RGB"):
        raise Unacceptable("cmyk")
    orientation = picture.getexif().get(ORIENTATION, 1)
    _load(picture)
    if orientation == 1:
        return _saved(picture, "JPEG", quality="keep")
    return _saved(ImageOps.exif_transpose(picture), "JPEG", quality=QUALITY, subsampling=0)


def cleaned_png(content: bytes) -> bytes:
    if content[_DEPTH : _DEPTH + 1] == b"\x10":
        raise Unacceptable("deep")
    picture = _opened(PngImagePlugin.PngImageFile, content)
    if getattr(picture, "is_animated", False):
        raise Unacceptable("animated")
    _load(picture)
    return _saved(picture, "PNG")


def _opened(reader: type, content: bytes) -> Image.Image:
    """The header alone is read: how large it is, is known before a point of it is decoded."""
    try:
        picture = reader(BytesIO(content))
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError) as error:
        raise Unacceptable("damaged") from error
    width, height = picture.size
    if width * height > PIXELS:
        raise Unacceptable("pixels", width=width, height=height, limit=PIXELS // 1_000_000)
    return picture


def _load(picture: Image.Image) -> None:
    try:
        picture.load()
    except (OSError, SyntaxError, ValueError, IndexError) as error:
        raise Unacceptable("damaged") from error


def _saved(picture: Image.Image, name: str, **given) -> bytes:
    picture.info = {key: picture.info[key] for key in KEPT if key in picture.info}
    out = BytesIO()
    picture.save(out, name, **given)
    return out.getvalue()
