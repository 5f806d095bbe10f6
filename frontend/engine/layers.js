// Which images of a picture in layers are seen, as configurators/images/parts.py has it.

import { situation } from "./configuration.js";

/** The keys of the layers that these values show; a condition that comes to an error shows nothing. */
export function layersSeen(version, values) {
  if (!version.layers.length) return [];
  const { answers } = situation(version, values);
  const isSeen = ({ condition }) => {
    try {
      return !condition || condition(answers);
    } catch {
      return false;
    }
  };
  return version.layers.filter(isSeen).map(({ key }) => key);
}
