// Codes and photos from the phone's camera.
const Camera = (() => {
  const GREY_SIDE = 900;
  const EVERY = 300;
  /** @type {MediaStream | null} */
  let stream = null;

  /**
   * A picture's brightness, one byte a pixel, for the server to find a code in.
   * @param {File} file
   * @returns {Promise<GreyPicture | null>}
   */
  function grey(file) {
    return new Promise(done => {
      const image = new Image();
      const url = URL.createObjectURL(file);
      image.onerror = () => {
        URL.revokeObjectURL(url);
        done(null);
      };
      image.onload = () => {
        const { width, height, data } = pixelsOf(image);
        const bytes = new Uint8Array(data.length / 4);
        for (let i = 0; i < bytes.length; i++) {
          bytes[i] = (77 * data[4 * i] + 150 * data[4 * i + 1] + 29 * data[4 * i + 2]) >> 8;
        }
        URL.revokeObjectURL(url);
        done({ width, height, bytes });
      };
      image.src = url;
    });
  }

  /** @param {HTMLImageElement} image */
  function pixelsOf(image) {
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(1, GREY_SIDE / Math.max(naturalWidth, naturalHeight));
    const width = Math.max(1, Math.round(naturalWidth * scale));
    const height = Math.max(1, Math.round(naturalHeight * scale));
    const canvas = h('canvas', { width, height });
    const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    brush.drawImage(image, 0, 0, width, height);
    return brush.getImageData(0, 0, width, height);
  }

  function close() {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
  }

  /** Without a camera, or where it was refused, there are two other ways. */
  async function detector() {
    if (!('BarcodeDetector' in window) || !navigator.mediaDevices) return null;
    try {
      if ((await BarcodeDetector.getSupportedFormats()).indexOf('qr_code') < 0) return null;
      const made = new BarcodeDetector({ formats: ['qr_code'] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      return made;
    } catch (error) {
      return null;
    }
  }

  /**
   * Where the phone reads codes by itself: shows what it sees and calls seen(text) once.
   * @param {HTMLVideoElement} video
   * @param {(text: string) => void} seen
   */
  async function watch(video, seen) {
    const reader = await detector();
    if (!reader) return false;
    video.srcObject = stream;
    await video.play();

    async function look() {
      if (!stream) return;
      const text = await codeIn(reader, video);
      if (text && stream) {
        close();
        seen(text);
      } else setTimeout(look, EVERY);
    }
    look();
    return true;
  }

  /** @param {any} reader @param {HTMLVideoElement} video @returns {Promise<string | null>} */
  async function codeIn(reader, video) {
    try {
      const codes = await reader.detect(video);
      return codes.length ? codes[0].rawValue : null;
    } catch (error) {
      return null; // no picture yet
    }
  }

  /** @param {File} file @returns {Promise<Uint8Array | null>} */
  function smaller(file) {
    return new Promise(done => {
      shrink(file, (blob, url) => {
        URL.revokeObjectURL(url);
        if (!blob) return done(null);
        const reader = new FileReader();
        reader.onload = () => done(new Uint8Array(/** @type {ArrayBuffer} */ (reader.result)));
        reader.onerror = () => done(null);
        reader.readAsArrayBuffer(blob);
      });
    });
  }

  return { grey, watch, close, smaller };
})();
