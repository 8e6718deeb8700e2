// SHA-256 (FIPS 180-4) as hex. crypto.subtle would do, but it is absent on plain http and in old
// WebViews; one way that is always taken is one way that is always tested. ES5.
var sha256 = (function () {
  /** @type {number[]} */
  var CONSTANTS = []; // of the 64 first primes, the fractions of their cube roots
  /** @type {number[]} */
  var START = []; // of the 8 first, the fractions of their square roots

  /** @param {number} prime @param {number} exponent */
  function root(prime, exponent) {
    return (Math.pow(prime, exponent) * 4294967296) | 0;
  }

  /** @param {number} word @param {number} by */
  function turn(word, by) {
    return (word >>> by) | (word << (32 - by));
  }

  /** @param {number} n */
  function isPrime(n) {
    for (var i = 2; i * i <= n; i++) if (n % i === 0) return false;
    return true;
  }

  for (var n = 2; CONSTANTS.length < 64; n++) {
    if (!isPrime(n)) continue;
    if (START.length < 8) START.push(root(n, 1 / 2));
    CONSTANTS.push(root(n, 1 / 3));
  }

  /**
   * The 64 words that are made of the 16 of a block.
   * @param {Uint8Array} from
   * @param {number} at
   */
  function schedule(from, at) {
    /** @type {number[]} */
    var words = [];
    for (var i = 0; i < 16; i++, at += 4) {
      words[i] = (from[at] << 24) | (from[at + 1] << 16) | (from[at + 2] << 8) | from[at + 3];
    }
    for (i = 16; i < 64; i++) {
      var early = words[i - 15];
      var late = words[i - 2];
      var sigma0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      var sigma1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      words[i] = (words[i - 16] + words[i - 7] + sigma0 + sigma1) | 0;
    }
    return words;
  }

  /**
   * One block more, into `hash`.
   * @param {number[]} hash
   * @param {Uint8Array} from
   * @param {number} at
   */
  function round(hash, from, at) {
    var words = schedule(from, at);
    var state = hash.slice(); // a to h of the standard
    for (var i = 0; i < 64; i++) {
      var sum1 = turn(state[4], 6) ^ turn(state[4], 11) ^ turn(state[4], 25);
      var choice = (state[4] & state[5]) ^ (~state[4] & state[6]);
      var first = state[7] + sum1 + choice + CONSTANTS[i] + words[i];
      var sum0 = turn(state[0], 2) ^ turn(state[0], 13) ^ turn(state[0], 22);
      var majority = (state[0] & state[1]) ^ (state[0] & state[2]) ^ (state[1] & state[2]);
      var second = sum0 + majority;
      state = [
        (first + second) | 0,
        state[0],
        state[1],
        state[2],
        (state[3] + first) | 0,
        state[4],
        state[5],
        state[6]
      ];
    }
    for (i = 0; i < 8; i++) hash[i] = (hash[i] + state[i]) | 0;
  }

  /**
   * What is left after the whole blocks, with the mark of the end and the length in bits.
   * @param {Uint8Array} bytes
   */
  function lastBlocks(bytes) {
    var whole = (bytes.length >> 6) << 6;
    var tail = new Uint8Array((((bytes.length + 72) >> 6) << 6) - whole);
    var bits = bytes.length * 8;
    tail.set(bytes.subarray(whole));
    tail[bytes.length & 63] = 128;
    for (var i = 1; i < 6; i++, bits = Math.floor(bits / 256)) tail[tail.length - i] = bits % 256;
    return tail;
  }

  /** @param {Uint8Array} bytes */
  return function (bytes) {
    var hash = START.slice();
    var tail = lastBlocks(bytes);
    var hex = '';
    var at;
    for (at = 0; at + 64 <= bytes.length; at += 64) round(hash, bytes, at);
    for (at = 0; at < tail.length; at += 64) round(hash, tail, at);
    for (var i = 0; i < 8; i++) {
      hex += ('0000000' + (hash[i] >>> 0).toString(16)).slice(-8);
    }
    return hex;
  };
})();
