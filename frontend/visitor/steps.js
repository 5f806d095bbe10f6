// The steps on the dimension line: which one somebody is at.

export function followSteps(root, form) {
  const links = [...root.querySelectorAll(".dimension a")];
  const steps = links.map((link) => root.getElementById(link.hash.slice(1)));
  const seen = new Set();
  const mark = (current) =>
    links.forEach((link, index) => {
      const item = link.parentElement;
      item.classList.toggle("passed", index < current);
      item.classList.toggle("current", index === current);
      if (index === current) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target);
      const current = steps.findIndex((step) => seen.has(step));
      if (current >= 0) mark(current);
    },
    { rootMargin: "-30% 0px -60% 0px" },
  );
  steps.forEach((step) => watcher.observe(step));
  form.addEventListener("focusin", ({ target }) => {
    const current = steps.indexOf(target.closest("[data-step]"));
    if (current >= 0) mark(current);
  });
}
