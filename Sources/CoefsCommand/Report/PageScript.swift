/// The script of a page with a drawing field: it computes the network as the library does.
enum PageScript {
  /// The script. It asks for nothing, and takes all values from the element `network`.
  static let source: StaticString = #"""
    "use strict";
    (() => {
      const element = (id) => document.getElementById(id);
      const network = JSON.parse(element("network").textContent);
      const side = network.side;

      const numbers = (text) => {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const view = new DataView(bytes.buffer);
        return Float64Array.from({ length: bytes.length / network.bytes }, (_, i) =>
          network.bytes === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true));
      };
      const layers = network.layers.map((layer) =>
        ({ ...layer, weights: numbers(layer.weights), biases: numbers(layer.biases) }));

      // One operation of a scaler: on a value, with the value of its column.
      const operations = {
        subtract: (x, value) => x - value,
        divide: (x, value) => x / value,
        multiply: (x, value) => x * value,
        add: (x, value) => x + value,
      };
      const scaled = (row) => network.steps.reduce((values, step) => step.operation === "clip"
        ? values.map((x) => Math.min(Math.max(x, step.values[0]), step.values[1]))
        : values.map((x, column) => operations[step.operation](x, step.values[column])), row);

      const softmax = (sums) => {
        const most = sums.reduce((a, b) => Math.max(a, b));
        const powers = sums.map((sum) => Math.exp(sum - most));
        const total = powers.reduce((a, b) => a + b);
        return powers.map((power) => power / total);
      };
      const each = (activation) => (sums) => sums.map(activation);
      const activations = {
        identity: (sums) => sums,
        logistic: each((z) => z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z))),
        tanh: each(Math.tanh),
        relu: each((z) => Math.max(z, 0)),
        exp: each(Math.exp),
        softmax,
      };

      const outputs = (row) => layers.reduce((values, layer) => {
        const sums = new Array(layer.outputs);
        for (let o = 0; o < layer.outputs; o += 1) {
          let sum = 0;
          for (let i = 0; i < layer.inputs; i += 1) sum += values[i] * layer.weights[o * layer.inputs + i];
          sums[o] = sum + layer.biases[o];
        }
        return activations[layer.activation](sums);
      }, scaled(Array.from(row)));

      // The prediction for a row of values as the network takes them, and a number for each label.
      const predict = (row) => {
        const values = outputs(row);
        if (network.kind === "value") return { values, text: values.map(shown).join(", ") };
        if (network.kind === "label") {
          const names = network.labels.filter((_, index) => values[index] > 0.5);
          return { values, labels: names, text: names.join(", ") || "no label" };
        }
        const all = values.length === 1 && network.labels.length === 2 ? [1 - values[0], values[0]] : values;
        let best = 0;
        if (network.labels.length === 1) best = 0;
        else if (values.length === 1) best = values[0] > 0.5 ? 1 : 0;
        else all.forEach((value, index) => { if (value > all[best]) best = index; });
        return { values: all, label: network.labels[best], text: network.labels[best] };
      };
      const shown = (value) => network.kind === "value"
        ? String(Number(value.toPrecision(5))) : (100 * value).toFixed(1) + " %";

      // The field.
      const canvas = element("paper"), pen = element("pen");
      const context = canvas.getContext("2d");
      let drawing = Float64Array.from(network.first);
      let told = "";
      const place = { x: Math.floor(side / 2), y: Math.floor(side / 2) };

      const most = 20;
      const show = () => {
        const image = context.createImageData(side, side);
        drawing.forEach((value, index) => {
          const share = Math.min(1, Math.max(0, (value - network.paper) / (network.ink - network.paper)));
          image.data.fill(Math.round(255 - 238 * share), 4 * index, 4 * index + 3);
          image.data[4 * index + 3] = 255;
        });
        context.putImageData(image, 0, 0);
        const result = predict(drawing);
        const order = [...result.values.keys()];
        if (order.length > most) order.sort((a, b) => result.values[b] - result.values[a]);
        const rows = order.slice(0, most).map((index) => {
          const row = document.createElement("tr");
          const name = document.createElement("th");
          name.scope = "row";
          name.textContent = network.labels[index] ?? "";
          const value = document.createElement("td");
          if (network.kind !== "value") {
            const bar = document.createElement("span");
            bar.className = "bar";
            bar.style.width = (6 * result.values[index]).toFixed(3) + "rem";
            value.append(bar);
          }
          value.append(shown(result.values[index]));
          row.append(name, value);
          return row;
        });
        element("outputs").replaceChildren(...rows);
        const text = "The network says: " + result.text;
        if (text !== told) element("result").textContent = told = text;
      };

      const ink = (x, y) => {
        // A pen with a soft edge, as thick as the strokes of an image of its size.
        const radius = Math.max(0.75, side / 22);
        for (let row = 0; row < side; row += 1) {
          for (let column = 0; column < side; column += 1) {
            const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
            const share = Math.min(1, Math.max(0, radius + 0.5 - distance));
            const value = network.paper + share * (network.ink - network.paper);
            const index = row * side + column;
            if (value > drawing[index]) drawing[index] = value;
          }
        }
      };
      const position = (event) => {
        const box = canvas.getBoundingClientRect();
        return [(event.clientX - box.left) / box.width * side, (event.clientY - box.top) / box.height * side];
      };
      let last = null;
      canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        last = position(event);
        ink(...last);
        show();
      });
      canvas.addEventListener("pointermove", (event) => {
        if (last === null) return;
        const next = position(event);
        const steps = Math.ceil(2 * Math.hypot(next[0] - last[0], next[1] - last[1])) || 1;
        for (let step = 1; step <= steps; step += 1) {
          ink(last[0] + (next[0] - last[0]) * step / steps, last[1] + (next[1] - last[1]) * step / steps);
        }
        last = next;
        show();
      });
      for (const end of ["pointerup", "pointercancel"]) {
        canvas.addEventListener(end, () => { last = null; });
      }

      const movePen = () => {
        pen.style.left = 100 * place.x / side + "%";
        pen.style.top = 100 * place.y / side + "%";
        pen.style.width = pen.style.height = 100 / side + "%";
        const isInk = drawing[place.y * side + place.x] > network.paper;
        element("place").textContent = `row ${place.y + 1}, column ${place.x + 1}: ${isInk ? "ink" : "paper"}`;
      };
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      canvas.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const move = moves[event.key];
        if (move) {
          place.x = Math.min(side - 1, Math.max(0, place.x + move[0]));
          place.y = Math.min(side - 1, Math.max(0, place.y + move[1]));
        } else if (event.key === " ") {
          const index = place.y * side + place.x;
          drawing[index] = drawing[index] > network.paper ? network.paper : network.ink;
          show();
        } else {
          return;
        }
        event.preventDefault();
        movePen();
      });
      canvas.addEventListener("focus", movePen);

      const load = (row) => {
        drawing = Float64Array.from(row);
        show();
        return predict(drawing);
      };
      element("clear").addEventListener("click", () => load(new Array(side * side).fill(network.paper)));
      element("reset").addEventListener("click", () => load(network.first));
      // For tests and for the console: a row of values as the network takes them.
      window.coefsReport = Object.freeze({ load, predict, drawing: () => Array.from(drawing) });
      show();
    })();
    """#
}
