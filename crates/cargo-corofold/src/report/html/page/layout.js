// A layered layout for state machines (Sugiyama): time goes down, loops go up at the left.

const BOX = { w: 180, h: 50 };
/// Where edges meet a box, from its middle: boxes have a circle at their right.
const ANCHOR = -29;
/// What passes a layer by.
const LANE = 10;
const GAP = { x: 16, y: 30 };
const SWEEPS = 8;

/// Places `nodes` (numbers, in the order of the source) and routes `edges` (pairs of nodes).
///
/// At most `columns` nodes are beside one another, and `last` is below all others.
function layered(nodes, edges, columns, last) {
  const { forward, back } = withoutCycles(nodes, edges);
  const rank = ranks(nodes, forward, columns);
  rank.set(last, Math.max(...nodes.map((node) => (node === last ? 0 : rank.get(node)))) + 1);
  const { layers, chains } = withLanes(nodes, forward, rank);
  order(layers, chains);
  coordinates(layers, chains);
  return drawing(layers, chains, back);
}

/// Edges that close a cycle on a walk in the order of the source.
function withoutCycles(nodes, edges) {
  const out = new Map(nodes.map((node) => [node, edges.filter(([from]) => from === node).map(([, to]) => to)]));
  const seen = new Map();
  const forward = [];
  const back = [];
  // A stack of its own: machines can be long.
  for (const root of nodes) {
    if (seen.has(root)) continue;
    seen.set(root, "open");
    const stack = [{ node: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1);
      const to = out.get(top.node)[top.next++];
      if (to === undefined) {
        seen.set(top.node, "done");
        stack.pop();
      } else if (seen.get(to) === "open") {
        back.push([top.node, to]);
      } else {
        forward.push([top.node, to]);
        if (!seen.has(to)) {
          seen.set(to, "open");
          stack.push({ node: to, next: 0 });
        }
      }
    }
  }
  return { forward, back };
}

/// The layer of each node: below all that lead to it, with room for it.
function ranks(nodes, forward, columns) {
  const rank = new Map();
  const taken = [];
  const waiting = new Map(nodes.map((node) => [node, forward.filter(([, to]) => to === node).length]));
  const ready = nodes.filter((node) => waiting.get(node) === 0);
  while (ready.length > 0) {
    const node = ready.shift();
    const above = forward.filter(([, to]) => to === node).map(([from]) => rank.get(from));
    let at = Math.max(-1, ...above) + 1;
    while ((taken[at] ?? 0) >= columns) at++;
    taken[at] = (taken[at] ?? 0) + 1;
    rank.set(node, at);
    for (const [from, to] of forward) {
      if (from !== node) continue;
      waiting.set(to, waiting.get(to) - 1);
      if (waiting.get(to) === 0) ready.push(to);
    }
    ready.sort((a, b) => nodes.indexOf(a) - nodes.indexOf(b));
  }
  return rank;
}

/// Layers of places, and for each edge the places that it goes through.
function withLanes(nodes, forward, rank) {
  const layers = [];
  const put = (at, place) => ((layers[at] ??= []).push(place), place);
  const boxes = new Map(nodes.map((node) => [node, put(rank.get(node), { node, w: BOX.w })]));
  const chains = forward.map(([from, to]) => {
    const chain = [boxes.get(from)];
    for (let at = rank.get(from) + 1; at < rank.get(to); at++) chain.push(put(at, { w: LANE }));
    return [...chain, boxes.get(to)];
  });
  for (let at = 0; at < layers.length; at++) layers[at] ??= [];
  return { layers, chains };
}

function neighbours(chains) {
  const above = new Map();
  const below = new Map();
  const add = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const chain of chains) {
    for (let at = 1; at < chain.length; at++) {
      add(above, chain[at], chain[at - 1]);
      add(below, chain[at - 1], chain[at]);
    }
  }
  return { above, below };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/// Orders the places of each layer by where their neighbours are, down and up again.
function order(layers, chains) {
  const { above, below } = neighbours(chains);
  const renumber = (layer) => layer.forEach((place, index) => (place.at = index - (layer.length - 1) / 2));
  layers.forEach(renumber);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      for (const place of layer) {
        const beside = (isDown ? above : below).get(place);
        place.wish = beside ? mean(beside.map((other) => other.at)) : place.at;
      }
      layer.sort((a, b) => a.wish - b.wish);
      renumber(layer);
    }
  }
}

/// Gives each place its `x`, near its neighbours and apart from those beside it.
function coordinates(layers, chains) {
  const { above, below } = neighbours(chains);
  for (const layer of layers) spread(layer, layer.map((place) => place.at * (BOX.w + GAP.x)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      const wishes = layer.map((place) => {
        const beside = [...(above.get(place) ?? []), ...(below.get(place) ?? [])];
        return beside.length > 0 ? mean(beside.map((other) => other.x)) : place.x;
      });
      spread(layer, wishes);
    }
  }
}

/// The nearest places to `wishes` that keep order and distance: isotonic regression by merging
/// neighbours that are too near one another.
function spread(layer, wishes) {
  let offset = 0;
  const blocks = [];
  layer.forEach((place, index) => {
    if (index > 0) offset += (layer[index - 1].w + place.w) / 2 + gap(layer[index - 1], place);
    let block = { sum: wishes[index] - offset, members: [[place, offset]] };
    while (blocks.length > 0 && mid(blocks.at(-1)) >= mid(block)) {
      const before = blocks.pop();
      block = { sum: before.sum + block.sum, members: [...before.members, ...block.members] };
    }
    blocks.push(block);
  });
  for (const block of blocks) for (const [place, offset] of block.members) place.x = mid(block) + offset;

  function gap(a, b) {
    return a.w === BOX.w && b.w === BOX.w ? GAP.x : GAP.x / 2;
  }

  function mid(block) {
    return block.sum / block.members.length;
  }
}

/// Positions from the left top corner, and the points of each edge.
function drawing(layers, chains, back) {
  const all = layers.flat();
  layers.forEach((layer, index) => layer.forEach((place) => (place.y = 12 + index * (BOX.h + GAP.y))));
  for (const layer of layers) layer.forEach((place, index) => (place.isLeftmost = index === 0));
  const upward = backLanes(layers, back);
  const left = Math.min(...all.map((place) => place.x - place.w / 2), ...upward.map(({ x }) => x)) - 8;
  all.forEach((place) => (place.x -= left));
  const boxes = new Map(all.filter((place) => place.node !== undefined).map((place) => [place.node, place]));
  const edges = chains.map((chain) => ({ from: chain[0].node, to: chain.at(-1).node, path: downward(chain) }));
  for (const { from, to, x } of upward) {
    edges.push({ from, to, path: loop(boxes.get(from), boxes.get(to), x - left), isBack: true });
  }
  return {
    boxes,
    edges,
    width: Math.max(...all.map((place) => place.x + place.w / 2)) + 8,
    height: 12 + layers.length * (BOX.h + GAP.y) - GAP.y + 12,
  };
}

/// Where edges that go up do so: left of all that they pass, and of shorter ones.
function backLanes(layers, back) {
  const rank = new Map(layers.flatMap((layer, index) => layer.map((place) => [place.node, index])));
  const lanes = back.map(([from, to]) => ({ from, to, top: rank.get(to), bottom: rank.get(from) }));
  lanes.sort((a, b) => a.bottom - a.top - (b.bottom - b.top));
  lanes.forEach((lane, index) => {
    const passed = layers.slice(lane.top, lane.bottom + 1).flat();
    const before = lanes.slice(0, index).filter((other) => other.top <= lane.bottom && other.bottom >= lane.top);
    lane.x = Math.min(...passed.map((place) => place.x - place.w / 2), ...before.map(({ x }) => x)) - LANE - 2;
  });
  return lanes;
}

function downward(chain) {
  const [first, ...rest] = chain;
  let from = { x: first.x + ANCHOR, y: first.y + BOX.h };
  let path = `M${from.x} ${from.y}`;
  rest.forEach((place, index) => {
    const isLast = index === rest.length - 1;
    const to = isLast ? { x: place.x + ANCHOR, y: place.y - 3 } : place;
    const mid = (from.y + to.y) / 2;
    path += ` C${from.x} ${mid} ${to.x} ${mid} ${to.x} ${to.y}`;
    if (!isLast) path += ` L${to.x} ${place.y + BOX.h}`;
    from = { x: place.x, y: place.y + BOX.h };
  });
  return path;
}

/// Out at the left and in at the left; where something else is there, out below and in above it.
function loop(from, to, lane) {
  const r = 6;
  const way = (box, y) => ({ x: box.x - BOX.w / 2, y, isFree: box.isLeftmost, middle: box.x + ANCHOR - 24 });
  const out = way(from, from.isLeftmost ? from.y + BOX.h * 0.75 : from.y + BOX.h + 11);
  const into = way(to, to.isLeftmost ? to.y + BOX.h * 0.3 : to.y - 13);
  const start = out.isFree
    ? `M${out.x} ${out.y}`
    : `M${out.middle} ${from.y + BOX.h} V${out.y - r} Q${out.middle} ${out.y} ${out.middle - r} ${out.y}`;
  const end = into.isFree
    ? `H${into.x - 3}`
    : `H${into.middle - r} Q${into.middle} ${into.y} ${into.middle} ${into.y + r} V${to.y - 3}`;
  return `${start} H${lane + r} Q${lane} ${out.y} ${lane} ${out.y - r} V${into.y + r} Q${lane} ${into.y} ${lane + r} ${into.y} ${end}`;
}
