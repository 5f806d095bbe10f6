// The sizes of the pictures that are kept of an image, as configurators/images/sizes.py has them.

const [WIDEST, HIGHEST] = [480, 960];

/** How wide the smaller of the two is; an image no larger than that is kept once. */
export function smallWidth({ width, height }) {
  if (width <= WIDEST && height <= HIGHEST) return width;
  if (width * HIGHEST >= height * WIDEST) return WIDEST;
  return Math.max(1, Math.floor((2 * width * HIGHEST + height) / (2 * height)));
}
