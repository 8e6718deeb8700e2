// A photo made small enough for a field's network, upright, and without what a camera writes into
// it (place, time, device): it is drawn anew. ES5, for WebViews of Chrome 50.
var shrink = (function () {
  var SIDE = 1280;
  var BYTES = 200 * 1024;
  var HEAD = 65536; // where a JPEG says how it is turned

  /**
   * EXIF orientation, 1 to 8, of a JPEG's first bytes (JEITA CP-3451, tag 0x0112); 1 when there is
   *   none.
   * @param {DataView} view
   */
  function turnedBy(view) {
    var end = Math.min(view.byteLength, HEAD) - 12;
    if (view.byteLength < 16 || view.getUint16(0) !== 0xffd8) return 1;
    for (var at = 2; at < end && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
        return orientationIn(view, at + 10);
      }
    }
    return 1;
  }

  /** @param {DataView} view @param {number} start of the TIFF header */
  function orientationIn(view, start) {
    var little = view.getUint16(start) === 0x4949;
    var directory = start + view.getUint32(start + 4, little);
    /** @param {number} at */
    function word(at) {
      return view.getUint16(at, little);
    }
    for (var i = 0; directory + 14 + 12 * i <= view.byteLength && i < word(directory); i++) {
      var entry = directory + 2 + 12 * i;
      if (word(entry) !== 0x0112) continue;
      var turn = word(entry + 8);
      return turn >= 1 && turn <= 8 ? turn : 1;
    }
    return 1;
  }

  /**
   * How a picture of this orientation is put upright.
   * @param {number} turn
   * @param {number} width
   * @param {number} height
   * @returns {[number, number, number, number, number, number]}
   */
  function upright(turn, width, height) {
    switch (turn) {
      case 2:
        return [-1, 0, 0, 1, width, 0];
      case 3:
        return [-1, 0, 0, -1, width, height];
      case 4:
        return [1, 0, 0, -1, 0, height];
      case 5:
        return [0, 1, 1, 0, 0, 0];
      case 6:
        return [0, 1, -1, 0, height, 0];
      case 7:
        return [0, -1, -1, 0, height, width];
      case 8:
        return [0, -1, 1, 0, 0, width];
      default:
        return [1, 0, 0, 1, 0, 0];
    }
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} quality
   * @param {(blob: Blob | null) => void} done
   */
  function jpegOf(canvas, quality, done) {
    if (canvas.toBlob) return canvas.toBlob(done, 'image/jpeg', quality);
    var text = window.atob(canvas.toDataURL('image/jpeg', quality).split(',')[1]);
    var bytes = new Uint8Array(text.length);
    for (var i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    done(new Blob([bytes], { type: 'image/jpeg' }));
  }

  /**
   * Smaller step by step until it fits; `done` gets null when the browser cannot read the picture,
   * and the address of the picture as it was.
   * @param {File} picture
   * @param {(blob: Blob | null, url: string) => void} done
   */
  return function (picture, done) {
    var image = new Image();
    var url = URL.createObjectURL(picture);
    var canvas = document.createElement('canvas');
    var turnsBySelf = window.CSS && CSS.supports && CSS.supports('image-orientation', 'from-image');

    /**
     * @param {number} turn
     * @param {number} side
     * @param {number} quality
     * @param {number} left tries
     */
    function fit(turn, side, quality, left) {
      var scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight));
      var width = Math.max(1, Math.round(image.naturalWidth * scale));
      var height = Math.max(1, Math.round(image.naturalHeight * scale));
      var brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      canvas.width = turn > 4 ? height : width;
      canvas.height = turn > 4 ? width : height;
      brush.fillStyle = '#fff';
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.transform.apply(brush, upright(turn, width, height));
      brush.drawImage(image, 0, 0, width, height);
      jpegOf(canvas, quality, function (blob) {
        if (blob && blob.size > BYTES && left) {
          fit(turn, left % 2 ? side * 0.8 : side, quality * 0.8, left - 1);
        } else done(blob, url);
      });
    }

    /** @param {number} turn */
    function start(turn) {
      try {
        fit(turn, SIDE, 0.82, 8);
      } catch (error) {
        done(null, url);
      }
    }

    image.onload = function () {
      if (turnsBySelf) return start(1);
      var reader = new FileReader();
      reader.onload = function () {
        start(turnedBy(new DataView(/** @type {ArrayBuffer} */ (reader.result))));
      };
      reader.onerror = function () {
        start(1);
      };
      reader.readAsArrayBuffer(picture.slice(0, HEAD));
    };
    image.onerror = function () {
      done(null, url);
    };
    image.src = url;
  };
})();
