/** A layer of the map that is one canvas: hundreds of lines are drawn at once, also on old machines. */

import { DomUtil, Layer } from "../vendor/leaflet/leaflet-src.esm.js";

/**
 * A layer that calls a function to draw it, after each move of the map and whenever it is asked to.
 * @param {function(CanvasRenderingContext2D, Object): void} draw gets the context and a projection
 *   {point(lon, lat) → {x, y}, width, height, zoom}, in CSS pixels of the map's container
 * @returns {Layer} with a method `redraw`
 */
export function canvasLayer(draw) {
  return new CanvasLayer(draw);
}

const CanvasLayer = Layer.extend({
  initialize(draw) {
    this.draw = draw;
    this.frame = 0;
  },

  onAdd(map) {
    this.canvas = DomUtil.create("canvas", "map-canvas");
    map.getPanes().overlayPane.append(this.canvas);
    map.on("move zoom resize viewreset", this.redraw, this);
    this.redraw();
  },

  redraw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  },

  paint() {
    const map = this._map;
    const size = map.getSize();
    if (size.x === 0 || size.y === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    // The canvas stays where it is on the screen while the pane below it is dragged along.
    DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
    this.canvas.width = size.x * ratio;
    this.canvas.height = size.y * ratio;
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    this.draw(context, projection(map, size));
  },
});

function projection(map, size) {
  return {
    width: size.x,
    height: size.y,
    zoom: map.getZoom(),
    point: (lon, lat) => map.latLngToContainerPoint([lat, lon]),
  };
}
