/* A finger on a bubble: held, it opens the menu; drawn to the right, it replies. */

const HELD = 450;
const DRAWN = 56;
const STILL = 8;

export function onFinger(node, { held, drawn }) {
  let from = null;
  let timer = null;
  const end = () => {
    clearTimeout(timer);
    from = null;
    node.style.transform = "";
  };
  node.addEventListener("touchstart", (event) => {
    if (event.touches.length > 1) { end(); return; }
    from = { x: event.touches[0].clientX, y: event.touches[0].clientY, distance: 0 };
    timer = setTimeout(() => { end(); held(); }, HELD);
  }, { passive: true });
  node.addEventListener("touchmove", (event) => {
    if (!from) { return; }
    const [x, y] = [event.touches[0].clientX - from.x, event.touches[0].clientY - from.y];
    if (Math.abs(x) > STILL || Math.abs(y) > STILL) { clearTimeout(timer); }
    if (Math.abs(y) > Math.abs(x)) { return; }
    from.distance = Math.max(0, Math.min(x, DRAWN + 12));
    node.style.transform = `translateX(${from.distance}px)`;
  }, { passive: true });
  node.addEventListener("touchend", () => {
    const far = from && from.distance >= DRAWN;
    end();
    if (far) { drawn(); }
  });
  node.addEventListener("touchcancel", end);
}
