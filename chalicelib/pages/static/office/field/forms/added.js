// A household that waits or was refused, to be corrected.

/** @param {HouseholdRecord} record @returns {Shown} */
function householdForm(record) {
  return formScreen({
    route: location.hash,
    title: T('grower_new'),
    subject: recordTitle(record),
    values: Queue.changed(record.draft),
    back: '#/queue/' + record.key,
    above: errorsOf(record),
    draw: Household.fields,
    read: values => {
      /** @type {Errors} */
      const errors = {};
      const draft = Household.read(values, errors);
      return Object.keys(errors).length ? { errors } : { draft };
    },
    save: ({ draft }) => Amending.revise(record.key, draft)
  });
}
