// What is drawn anew between finger down and finger up takes the tap with it, so that waits.
const Taps = (() => {
  const AFTER = 50; // the click comes after the finger is up
  /** @type {Node | null} */
  let pressed = null;
  let missed = false;

  function up() {
    setTimeout(() => {
      pressed = null;
      if (missed) Page.redraw();
    }, AFTER);
  }
  for (const name of ['touchstart', 'mousedown']) {
    const down = /** @param {Event} event */ event => {
      pressed = /** @type {Node} */ (event.target);
    };
    document.addEventListener(name, down, true);
  }
  for (const name of ['touchend', 'touchcancel', 'mouseup']) {
    document.addEventListener(name, up, true);
  }

  return {
    /** Whether the page has to wait. */
    hold: () => {
      missed = !!pressed;
      return missed;
    },
    /** Whether this part of it has to. @param {Node} part */
    holdPart: part => {
      const held = !!pressed && part.contains(pressed);
      if (held) missed = true;
      return held;
    }
  };
})();
