// Filling and ordering a week: one module for each way of changing it.
import "./grid.js";
import "./picker.js";
import "./locks.js";
import "./carrying.js";
import "./dragging.js";
