// From a formula's stored tree to a function of the answers, as configurators/formula/interpreter.py does it.
//
// Answers are decimals, true or false, an option's key, a Set of keys, or null where there is none. What
// is absent never makes a formula fail: it counts as 0, as false, as no choice. An error is thrown as a Failure.

import * as decimal from "./decimal.js";

const { ZERO, compare } = decimal;

/** A function that computes the tree. Throws a TypeError for what is no tree of this language. */
export function runner(tree, tables = {}) {
  const build = ([name, ...operands]) => {
    const make = BUILD[name];
    if (!make) throw new TypeError(`no operation is called ${name}`);
    return make(operands, build, tables);
  };
  return build(tree);
}

/** The value of the tree: a decimal, true or false, or a Failure. */
export function evaluate(tree, answers, tables = {}) {
  try {
    return runner(tree, tables)(answers);
  } catch (failure) {
    decimal.codeOf(failure);
    return failure;
  }
}

const READS_ALL = new Set(["alike", "count"]);
const READS_FIRST = new Set(["number", "yes", "is", "has", "answered", "pick", "choice"]);

/** The keys of the groups that a tree reads. */
export function groupsIn(tree, found = new Set()) {
  if (!Array.isArray(tree)) return found;
  const [name, ...operands] = tree;
  if (READS_ALL.has(name)) for (const key of operands) found.add(key);
  else if (READS_FIRST.has(name)) found.add(operands[0]);
  for (const operand of operands) groupsIn(operand, found);
  return found;
}

/** The keys that an answer has chosen. */
const chosen = (answer) => (answer instanceof Set ? answer : typeof answer === "string" ? new Set([answer]) : new Set());

const isAnswered = (answer) => answer !== null && !(answer instanceof Set && answer.size === 0);

function sameAnswer(left, right) {
  if (!(left instanceof Set && right instanceof Set)) return left === right;
  return left.size === right.size && [...left].every((key) => right.has(key));
}

/* --- Each builds a function of the answers from its operands, with `build` for those that are trees ---- */

const unary = (operation) => ([tree], build) => {
  const operand = build(tree);
  return (answers) => operation(operand(answers));
};

const binary = (operation) => ([first, second], build) => {
  const [left, right] = [build(first), build(second)];
  return (answers) => operation(left(answers), right(answers));
};

/** All are computed before one is chosen, so that an error in any of them is an error. */
const many = (operation) => (trees, build) => {
  const values = trees.map(build);
  return (answers) => values.map((value) => value(answers)).reduce(operation);
};

function total(trees, build) {
  const values = trees.map(build);
  return (answers) => values.reduce((sum, value) => decimal.add(sum, value(answers)), ZERO);
}

/** `every` and `some` stop at the first condition that decides. */
const logic = (all) => (trees, build) => {
  const conditions = trees.map(build);
  return (answers) => conditions[all]((condition) => condition(answers));
};

function choice(trees, build) {
  const [holds, yes, no] = trees.map(build);
  return (answers) => (holds(answers) ? yes : no)(answers);
}

/** Pairs of a case and its value, and at the end the value of everything else. */
function paired(rest, build) {
  const cases = [];
  for (let at = 0; at < rest.length - 1; at += 2) cases.push([rest[at], build(rest[at + 1])]);
  return [cases, build(rest.at(-1))];
}

function switched([subject, ...rest], build) {
  const [pairs, otherwise] = paired(rest, build);
  const [wanted, cases] = [build(subject), pairs.map(([tree, value]) => [build(tree), value])];
  return (answers) => {
    const value = wanted(answers);
    return (cases.find(([key]) => alike(key(answers), value))?.[1] ?? otherwise)(answers);
  };
}

/** Of two numbers, or of yes and no. */
const alike = (left, right) => (typeof left === "object" ? compare(left, right) === 0 : left === right);

function picked([group, ...rest], build) {
  const [cases, otherwise] = paired(rest, build);
  return (answers) => (cases.find(([option]) => option === answers[group])?.[1] ?? otherwise)(answers);
}

function lookedUp([key, ...places], build, tables) {
  const [find, at] = [tables[key], places.map(build)];
  if (!find) throw new TypeError(`no table is called ${key}`);
  return (answers) => find(...at.map((place) => place(answers)));
}

const BUILD = {
  __proto__: null,
  num: ([text]) => {
    const number = decimal.decimal(text);
    return () => number;
  },
  true: () => () => true,
  false: () => () => false,
  number: ([group]) => (answers) => answers[group] ?? ZERO,
  yes: ([group]) => (answers) => answers[group] === true,
  choice: ([group]) => (answers) => answers[group],
  is: ([group, option]) => (answers) => answers[group] === option,
  alike: ([group, other]) => (answers) => answers[group] !== null && sameAnswer(answers[group], answers[other]),
  has: ([group, option]) => (answers) => chosen(answers[group]).has(option),
  answered: ([group]) => (answers) => isAnswered(answers[group]),
  count: (groups) => (answers) => decimal.whole(groups.reduce((sum, group) => sum + chosen(answers[group]).size, 0)),
  lookup: lookedUp,
  lookup2: lookedUp,
  tier: lookedUp,
  add: binary(decimal.add),
  sub: binary(decimal.subtract),
  mul: binary(decimal.multiply),
  div: binary(decimal.divide),
  pow: binary(decimal.power),
  neg: unary(decimal.negate),
  abs: unary(decimal.absolute),
  round: binary(decimal.roundHalf),
  roundup: binary(decimal.roundUp),
  rounddown: binary(decimal.roundDown),
  mround: binary(decimal.multipleNearest),
  ceil: binary(decimal.multipleAbove),
  floor: binary(decimal.multipleBelow),
  min: many((least, value) => (compare(value, least) < 0 ? value : least)),
  max: many((most, value) => (compare(value, most) > 0 ? value : most)),
  sum: total,
  eq: binary((left, right) => compare(left, right) === 0),
  same: binary((left, right) => left === right),
  lt: binary((left, right) => compare(left, right) < 0),
  le: binary((left, right) => compare(left, right) <= 0),
  gt: binary((left, right) => compare(left, right) > 0),
  ge: binary((left, right) => compare(left, right) >= 0),
  not: unary((truth) => !truth),
  and: logic("every"),
  or: logic("some"),
  if: choice,
  switch: switched,
  pick: picked,
};
