// When a record was made, as far as the phone's clock can be trusted. Pure, as queue.js.
const Times = (() => {
  const STEADY = 120000; // clocks that are no further apart are taken for the same

  /**
   * When a record was made by the server's clock, as far as that can be known, and by how many
   * seconds the phone's was put forward between then and now: null if it was not, 0 if nobody knows.
   * record.offset: the server's time minus the phone's when it was made; record.since: the last
   * moment known before, by the server's clock; record.doubt: the phone's had been put back while
   * nobody looked.
   * @param {Pick<FieldRecord, 'made' | 'offset' | 'since' | 'doubt'>} record
   * @param {number} offset the server's time minus the phone's now
   * @param {number} now by the phone's clock
   */
  function timed(record, offset, now) {
    const then = record.offset === undefined ? offset : record.offset;
    const latest = now + offset;
    const known = !record.doubt && record.made + then < latest + STEADY;
    const moved = known && Math.abs(then - offset) >= STEADY;
    const likely = record.made + (moved ? then : offset);
    const at = Math.min(Math.max(likely, record.since || 0), latest);
    if (!known || Math.abs(at - likely) >= STEADY) return { at, moved: 0 };
    return {
      at,
      moved: likely === record.made + offset ? null : Math.round((then - offset) / 1000)
    };
  }

  return { STEADY, timed };
})();
