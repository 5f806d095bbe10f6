// From a formula's stored tree to a function of the answers, as configurators/formula/interpreter.py does it.
//
// Answers are decimals, true or false, an option's key, a Set of keys, or null where there is none. What
// is absent never makes a formula fail: it counts as 0, as false, as no choice. An error is thrown as a Failure.

import * as decimal from "./decimal.js";

const { ZERO, compare } = decimal;

/** A function that computes the tree. Throws a TypeError for what is no tree of this language. */
export function runner([name, ...operands]) {
  const build = BUILD[name];
  if (!build) throw new TypeError(`no operation is called ${name}`);
  return build(...operands);
}

/** The value of the tree: a decimal, true or false, or a Failure. */
export function evaluate(tree, answers) {
  try {
    return runner(tree)(answers);
  } catch (failure) {
    if (failure instanceof decimal.Failure) return failure;
    throw failure;
  }
}

const runners = (trees) => trees.map(runner);

/** The keys that an answer has chosen. */
const chosen = (answer) => (answer instanceof Set ? answer : typeof answer === "string" ? new Set([answer]) : new Set());

const isAnswered = (answer) => answer !== null && !(answer instanceof Set && answer.size === 0);

function sameAnswer(left, right) {
  if (!(left instanceof Set && right instanceof Set)) return left === right;
  return left.size === right.size && [...left].every((key) => right.has(key));
}

const unary = (operation) => (tree) => {
  const operand = runner(tree);
  return (answers) => operation(operand(answers));
};

const binary = (operation) => (first, second) => {
  const [left, right] = [runner(first), runner(second)];
  return (answers) => operation(left(answers), right(answers));
};

/** All are computed before one is chosen, so that an error in any of them is an error. */
const many = (operation) => (...trees) => {
  const values = runners(trees);
  return (answers) => values.map((value) => value(answers)).reduce(operation);
};

function total(...trees) {
  const values = runners(trees);
  return (answers) => values.reduce((sum, value) => decimal.add(sum, value(answers)), ZERO);
}

function choice(condition, first, second) {
  const [holds, yes, no] = runners([condition, first, second]);
  return (answers) => (holds(answers) ? yes : no)(answers);
}

/** Pairs of a case and its value, and at the end the value of everything else. */
function paired(rest) {
  const cases = [];
  for (let at = 0; at < rest.length - 1; at += 2) cases.push([rest[at], runner(rest[at + 1])]);
  return [cases, runner(rest.at(-1))];
}

function switched(subject, ...rest) {
  const [pairs, otherwise] = paired(rest);
  const [wanted, cases] = [runner(subject), pairs.map(([tree, value]) => [runner(tree), value])];
  return (answers) => {
    const value = wanted(answers);
    return (cases.find(([key]) => alike(key(answers), value))?.[1] ?? otherwise)(answers);
  };
}

/** Of two numbers, or of yes and no. */
const alike = (left, right) => (typeof left === "object" ? compare(left, right) === 0 : left === right);

function picked(group, ...rest) {
  const [cases, otherwise] = paired(rest);
  return (answers) => (cases.find(([option]) => option === answers[group])?.[1] ?? otherwise)(answers);
}

const BUILD = {
  __proto__: null,
  num: (text) => {
    const number = decimal.decimal(text);
    return () => number;
  },
  true: () => () => true,
  false: () => () => false,
  number: (group) => (answers) => answers[group] ?? ZERO,
  yes: (group) => (answers) => answers[group] === true,
  is: (group, option) => (answers) => answers[group] === option,
  alike: (group, other) => (answers) => answers[group] !== null && sameAnswer(answers[group], answers[other]),
  has: (group, option) => (answers) => chosen(answers[group]).has(option),
  answered: (group) => (answers) => isAnswered(answers[group]),
  count: (...groups) => (answers) => decimal.whole(groups.reduce((sum, group) => sum + chosen(answers[group]).size, 0)),
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
  and: (...trees) => {
    const conditions = runners(trees);
    return (answers) => conditions.every((condition) => condition(answers));
  },
  or: (...trees) => {
    const conditions = runners(trees);
    return (answers) => conditions.some((condition) => condition(answers));
  },
  if: choice,
  switch: switched,
  pick: picked,
};
