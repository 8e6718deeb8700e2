// A household that is added in the field, as part of a form.
const Household = (() => {
  /** Whether a name is one of the village's already. @param {HouseholdDraft} draft */
  function known({ village_id, display_name }) {
    const spaces = /\s/g;
    const name = display_name.replace(spaces, '');
    return Batches.growers().some(
      grower => grower.village_id === village_id && grower.display_name.replace(spaces, '') === name
    );
  }

  /** @returns {Values} */
  function empty() {
    const { villages } = data();
    return {
      village_id: villages.length === 1 ? villages[0].id : '',
      display_name: '',
      household_code: ''
    };
  }

  /** @param {Values} values @param {Errors} errors */
  function fields(values, errors) {
    const villages = data().villages.map(({ id, name }) => [id, name]);
    const name = textInput(values.display_name, 60);
    return [
      field('display_name', T('display_name'), name, T('display_name_hint'), errors.display_name),
      field('household_code', T('household_code'), textInput(values.household_code, 120)),
      villages.length > 1
        ? choice('village_id', T('village_id'), villages, values.village_id, errors.village_id)
        : null
    ];
  }

  /** @param {Values} values @param {Errors} errors to which what is wrong is added */
  function read(values, errors) {
    const draft = {
      village_id: values.village_id,
      kind: 'household',
      display_name: values.display_name.trim(),
      household_code: values.household_code.trim()
    };
    if (!draft.village_id) errors.village_id = T('needed');
    if (!draft.display_name) errors.display_name = T('needed');
    return draft;
  }

  return { known, empty, fields, read };
})();
