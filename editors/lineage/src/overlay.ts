// What is selected in a large picture, as elements above it: to draw thousands of boxes anew for each step of a key takes
// longer than a frame.
import { BOX, type Point } from "./layout.ts";

const SVG = "http://www.w3.org/2000/svg";

export class Overlay {
  private readonly group = document.createElementNS(SVG, "g");

  constructor(container: HTMLElement) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("aria-hidden", "true");
    svg.append(this.group);
    container.append(svg);
  }

  /** Follows the picture, which was moved to `pan` and is drawn `zoom` times as large. */
  move(pan: Point, zoom: number): void {
    this.group.setAttribute("transform", `translate(${pan.x} ${pan.y}) scale(${zoom})`);
  }

  /** A frame around the box at a point, and the edges between pairs of boxes; nothing without a point. */
  mark(at: Point | undefined, edges: [Point, Point][]): void {
    this.group.replaceChildren();
    if (!at) return;
    for (const [from, to] of edges) {
      this.add("line", { x1: from.x + BOX.width / 2, y1: from.y, x2: to.x - BOX.width / 2, y2: to.y });
    }
    const gap = 3.5;
    const [width, height] = [BOX.width + 2 * gap, BOX.height + 2 * gap];
    this.add("rect", { x: at.x - width / 2, y: at.y - height / 2, width, height, rx: 8 });
  }

  private add(name: string, attributes: Record<string, number>): void {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    this.group.append(element);
  }
}
