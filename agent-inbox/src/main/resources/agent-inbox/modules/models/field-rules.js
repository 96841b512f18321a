/** What the fields of agents and groups may hold, as the server has it, and what to say at a field that does not. */
import { hasText, t } from "../texts.js";

const NAME_LENGTH_MAX = 200;
const ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** Why a name is none, or null. */
export function refusedName(name) {
  const length = [...name].length;
  if (name.trim() === "") {
    return t("field.empty");
  }
  return length > NAME_LENGTH_MAX ? t("field.tooLong", { max: NAME_LENGTH_MAX, n: length }) : null;
}

/** Why an id is none, or null. */
export function refusedId(id) {
  if (id === "") {
    return t("field.empty");
  }
  return ID.test(id) ? null : t("field.notAnId");
}

/**
 * What the server refused: {field: what to say there}; under the name `""` where it is about none of the `fields`.
 *
 * @param page whose texts are to be looked at first: `<page>.refused.<field>`
 */
export function refusedFields(problem, fields, page) {
  const { field } = problem.body ?? {};
  if (!fields.includes(field)) {
    return { "": problem.text ?? String(problem) };
  }
  const own = `${page}.refused.${field}`;
  return { [field]: hasText(own) ? t(own) : problem.detail };
}
