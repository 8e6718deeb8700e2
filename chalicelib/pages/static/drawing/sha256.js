// SHA-256 (FIPS 180-4) of a Uint8Array, as hex. crypto.subtle would do, but it is absent on plain
// http and in old WebViews; one way that is always taken is one way that is always tested.
function sha256(bytes) {
  var k = [],
    h = [],
    w = [],
    n = 2,
    i,
    j,
    bits,
    tail,
    block,
    a,
    t1,
    t2,
    hex = '';
  function root(x, e) {
    return (Math.pow(x, e) * 4294967296) | 0;
  }
  function turn(x, by) {
    return (x >>> by) | (x << (32 - by));
  }
  for (; k.length < 64; n++) {
    for (i = 2; i * i <= n && n % i; i++);
    if (i * i <= n) continue;
    if (h.length < 8) h.push(root(n, 1 / 2));
    k.push(root(n, 1 / 3));
  }
  tail = new Uint8Array((((bytes.length + 72) >> 6) << 6) - ((bytes.length >> 6) << 6));
  tail.set(bytes.subarray((bytes.length >> 6) << 6));
  tail[bytes.length & 63] = 128;
  bits = bytes.length * 8;
  for (i = 1; i < 6; i++, bits = Math.floor(bits / 256)) tail[tail.length - i] = bits % 256;
  function round(from, at) {
    for (i = 0; i < 16; i++, at += 4) {
      w[i] = (from[at] << 24) | (from[at + 1] << 16) | (from[at + 2] << 8) | from[at + 3];
    }
    a = h.slice();
    for (i = 0; i < 64; i++) {
      if (i > 15) {
        t1 = w[i - 15];
        t2 = w[i - 2];
        w[i] =
          (w[i - 16] +
            w[i - 7] +
            (turn(t1, 7) ^ turn(t1, 18) ^ (t1 >>> 3)) +
            (turn(t2, 17) ^ turn(t2, 19) ^ (t2 >>> 10))) |
          0;
      }
      t1 =
        a[7] +
        (turn(a[4], 6) ^ turn(a[4], 11) ^ turn(a[4], 25)) +
        ((a[4] & a[5]) ^ (~a[4] & a[6])) +
        k[i] +
        w[i];
      t2 =
        (turn(a[0], 2) ^ turn(a[0], 13) ^ turn(a[0], 22)) +
        ((a[0] & a[1]) ^ (a[0] & a[2]) ^ (a[1] & a[2]));
      a = [(t1 + t2) | 0, a[0], a[1], a[2], (a[3] + t1) | 0, a[4], a[5], a[6]];
    }
    for (i = 0; i < 8; i++) h[i] = (h[i] + a[i]) | 0;
  }
  for (j = 0; j + 64 <= bytes.length; j += 64) round(bytes, j);
  for (j = 0; j < tail.length; j += 64) round(tail, j);
  for (i = 0; i < 8; i++) hex += (h[i] >>> 0).toString(16).replace(/^/, '0000000').slice(-8);
  return hex;
}
