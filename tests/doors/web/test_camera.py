"""The camera's decoder: which one it is, that it is unchanged, and that it comes from our host."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

STATIC = Path(settings.STATICFILES_DIRS[0]) / "jieyue"
PONYFILL = STATIC / "vendor/barcode-detector-3.2.2"
WASM = STATIC / "vendor/zxing-wasm-3.1.3/zxing_reader.wasm"
SCRIPTS = {
    "ponyfill.js": "009a5585abd30198fb5fbdfca4a0c6555747a6da308442462adc47f101e9605a",
    "zxing-exported.js": "96594fe045ebae09ffc7c22901a7efda1874736b937cf2006470f0bdc92bb551",
}

pytestmark = pytest.mark.once


def test_the_decoder_is_the_one_its_folder_names_and_unchanged() -> None:
    hashes = {name: hashlib.sha256((PONYFILL / name).read_bytes()).hexdigest() for name in SCRIPTS}
    assert hashes == SCRIPTS
    # The ponyfill says itself which wasm it was built with; another one would not start.
    text = (PONYFILL / "zxing-exported.js").read_text("ascii")
    assert re.findall(r"zxing-wasm@(\d+\.\d+\.\d+)/", text)[-1] == "3.1.3"
    assert re.findall(r'"([0-9a-f]{64})"', text) == [hashlib.sha256(WASM.read_bytes()).hexdigest()]


def test_its_licences_and_versions_are_recorded() -> None:
    lines = (STATIC / "LICENCES.md").read_text("utf-8").splitlines()
    folders = sorted(path.name for path in (STATIC / "vendor").iterdir())
    for folder in folders:
        version = folder.rpartition("-")[2]
        [line] = [line for line in lines if line.startswith(f"| vendor/{folder} |")]
        assert f"| {version} |" in line
        assert (STATIC / "vendor" / folder / "LICENSE.txt").is_file()


def test_the_wasm_travels_compressed_and_is_kept_by_browsers(client: Client) -> None:
    assert gzip.decompress(WASM.with_suffix(".wasm.gz").read_bytes()) == WASM.read_bytes()
    url = f"/static/{WASM.relative_to(STATIC.parent).as_posix()}"
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/wasm"
    assert answer["Content-Encoding"] == "gzip"
    assert "immutable" in answer["Cache-Control"]


def test_only_the_module_that_opens_a_camera_fetches_the_decoder() -> None:
    modules = {path.name: path.read_text("utf-8") for path in (STATIC / "js").glob("*.js")}
    users = {name for name, text in modules.items() if "vendor/" in text}
    assert users == {"decoder.js"}
    # Imported at a module's head it would come with every page, 460 kB for nothing.
    at_head = re.compile(r'^(import|export|\}) .*"\./decoder\.js"', re.MULTILINE)
    assert [name for name, text in modules.items() if at_head.search(text)] == []
    assert 'import("./decoder.js")' in modules["camera.js"]
    assert "locateFile: () => WASM" in modules["decoder.js"]
