// Codes and photos from the phone's camera.
var Camera = (function () {
  var GREY_SIDE = 900,
    EVERY = 300,
    stream = null;

  // A picture's brightness, one byte a pixel, for the server to find a code in.
  function grey(file) {
    return new Promise(function (done) {
      var image = new Image(),
        url = URL.createObjectURL(file);
      image.onerror = function () {
        URL.revokeObjectURL(url);
        done(null);
      };
      image.onload = function () {
        var scale = Math.min(1, GREY_SIDE / Math.max(image.naturalWidth, image.naturalHeight)),
          i,
          pixels,
          bytes;
        var canvas = h('canvas', {
          width: Math.max(1, Math.round(image.naturalWidth * scale)),
          height: Math.max(1, Math.round(image.naturalHeight * scale))
        });
        var brush = canvas.getContext('2d');
        brush.drawImage(image, 0, 0, canvas.width, canvas.height);
        pixels = brush.getImageData(0, 0, canvas.width, canvas.height).data;
        bytes = new Uint8Array(pixels.length / 4);
        for (i = 0; i < bytes.length; i++)
          bytes[i] = (77 * pixels[4 * i] + 150 * pixels[4 * i + 1] + 29 * pixels[4 * i + 2]) >> 8;
        URL.revokeObjectURL(url);
        done({ width: canvas.width, height: canvas.height, bytes: bytes });
      };
      image.src = url;
    });
  }

  function close() {
    if (stream)
      stream.getTracks().forEach(function (track) {
        track.stop();
      });
    stream = null;
  }

  // Where the phone reads codes by itself: shows what it sees and calls found(text) once.
  async function watch(video, found) {
    var detector, codes;
    if (!('BarcodeDetector' in window) || !navigator.mediaDevices) return false;
    try {
      if ((await BarcodeDetector.getSupportedFormats()).indexOf('qr_code') < 0) return false;
      detector = new BarcodeDetector({ formats: ['qr_code'] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch (error) {
      return false;
    } // no camera, or it was refused: there are two other ways
    video.srcObject = stream;
    await video.play();
    (async function look() {
      if (!stream) return;
      try {
        codes = await detector.detect(video);
      } catch (error) {
        codes = [];
      } // no picture yet
      if (codes.length && stream) {
        close();
        found(codes[0].rawValue);
      } else setTimeout(look, EVERY);
    })();
    return true;
  }

  function smaller(file) {
    return new Promise(function (done) {
      shrink(file, function (blob, url) {
        URL.revokeObjectURL(url);
        if (!blob) return done(null);
        var reader = new FileReader();
        reader.onload = function () {
          done(new Uint8Array(reader.result));
        };
        reader.onerror = function () {
          done(null);
        };
        reader.readAsArrayBuffer(blob);
      });
    });
  }

  return { grey: grey, watch: watch, close: close, smaller: smaller };
})();
