// A photo made small enough for a field's network, upright, and without what a camera writes into
// it (place, time, device): it is drawn anew. ES5, for WebViews of Chrome 50.
var PHOTO_SIDE = 1280,
  PHOTO_BYTES = 200 * 1024;

// EXIF orientation, 1 to 8, of a JPEG's first bytes (JEITA CP-3451, tag 0x0112); 1 when there is none.
function turnedBy(view) {
  var at = 4,
    end = Math.min(view.byteLength, 65536) - 12,
    little,
    ifd,
    i,
    entry;
  function word(where) {
    return view.getUint16(where, little);
  }
  if (view.byteLength < 16 || view.getUint16(0) !== 0xffd8) return 1;
  for (at = 2; at < end && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at + 1) !== 0xe1 || view.getUint32(at + 4) !== 0x45786966) continue;
    little = view.getUint16(at + 10) === 0x4949;
    ifd = at + 10 + view.getUint32(at + 14, little);
    for (i = 0; ifd + 14 + 12 * i <= view.byteLength && i < word(ifd); i++) {
      entry = ifd + 2 + 12 * i;
      if (word(entry) === 0x0112)
        return word(entry + 8) >= 1 && word(entry + 8) <= 8 ? word(entry + 8) : 1;
    }
    return 1;
  }
  return 1;
}

function jpegOf(canvas, quality, done) {
  var text, bytes, i;
  if (canvas.toBlob) return canvas.toBlob(done, 'image/jpeg', quality);
  text = window.atob(canvas.toDataURL('image/jpeg', quality).split(',')[1]);
  bytes = new Uint8Array(text.length);
  for (i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  done(new Blob([bytes], { type: 'image/jpeg' }));
}

// done(blob, url of the picture as it was): smaller step by step until it fits; the blob is null
// when the browser cannot read the picture.
function shrink(picture, done) {
  var image = new Image(),
    url = URL.createObjectURL(picture),
    canvas = document.createElement('canvas');
  var upright = window.CSS && CSS.supports && CSS.supports('image-orientation', 'from-image');
  function fit(turn, side, quality, left) {
    var w = image.naturalWidth,
      h = image.naturalHeight,
      scale = Math.min(1, side / Math.max(w, h)),
      brush;
    w = Math.max(1, Math.round(w * scale));
    h = Math.max(1, Math.round(h * scale));
    canvas.width = turn > 4 ? h : w;
    canvas.height = turn > 4 ? w : h;
    brush = canvas.getContext('2d');
    brush.fillStyle = '#fff';
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.transform.apply(
      brush,
      [
        [1, 0, 0, 1, 0, 0],
        [-1, 0, 0, 1, w, 0],
        [-1, 0, 0, -1, w, h],
        [1, 0, 0, -1, 0, h],
        [0, 1, 1, 0, 0, 0],
        [0, 1, -1, 0, h, 0],
        [0, -1, -1, 0, h, w],
        [0, -1, 1, 0, 0, w]
      ][turn - 1]
    );
    brush.drawImage(image, 0, 0, w, h);
    jpegOf(canvas, quality, function (blob) {
      if (blob && blob.size > PHOTO_BYTES && left)
        fit(turn, left % 2 ? side * 0.8 : side, quality * 0.8, left - 1);
      else done(blob, url);
    });
  }
  function start(turn) {
    try {
      fit(turn, PHOTO_SIDE, 0.82, 8);
    } catch (error) {
      done(null, url);
    }
  }
  image.onload = function () {
    var reader;
    if (upright) return start(1); // drawImage turns it by itself
    reader = new FileReader();
    reader.onload = function () {
      start(turnedBy(new DataView(reader.result)));
    };
    reader.onerror = function () {
      start(1);
    };
    reader.readAsArrayBuffer(picture.slice(0, 65536));
  };
  image.onerror = function () {
    done(null, url);
  };
  image.src = url;
}
if (typeof module === 'object') module.exports = { turnedBy: turnedBy };
