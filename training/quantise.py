"""int8 weights for an exported graph.

Linear layers become `MatMulNBits` at 8 bits: weights in blocks, a scale for each output
channel and block; activations quantised row by row when the graph runs. Scales are never
shared by a whole tensor or a whole batch, which would move probabilities by the company a
text happens to keep. Word vectors become an int8 table with a scale a row.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import (
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from onnxruntime.quantization.quant_utils import QuantFormat

#: MatMulNBits computes in int8 at this level (4), in float32 at 0.
INT8_COMPUTE = 4
#: Tables smaller than this many values stay float32.
SMALL = 200_000


def quantise(source: Path, target: Path, bits: int, block: int) -> None:
    """Writes the int8 form of the graph at `source` to `target`."""
    model = onnx.load(str(source))
    heads = {output.name for output in model.graph.output}
    keep = [node.name for node in model.graph.node if heads & set(node.output)]
    quantiser = MatMulNBitsQuantizer(
        model,
        algo_config=DefaultWeightOnlyQuantConfig(
            block_size=block,
            is_symmetric=True,
            accuracy_level=INT8_COMPUTE,
            quant_format=QuantFormat.QOperator,
            op_types_to_quantize=("MatMul",),
            bits=bits,
        ),
        nodes_to_exclude=keep,
    )
    quantiser.process()
    made = quantiser.model.model
    _shrink_tables(made.graph)
    made.doc_string = ""
    onnx.checker.check_model(made, full_check=False)
    onnx.save(made, str(target))


def _shrink_tables(graph: onnx.GraphProto) -> None:
    """Gather(float table) -> Cast(Gather(int8 table)) * Gather(row scales)."""
    tables = {t.name: t for t in graph.initializer if len(t.dims) == 2}
    for place, node in reversed(list(enumerate(graph.node))):
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or int(np.prod(table.dims)) < SMALL:
            continue
        values = numpy_helper.to_array(table)
        scales = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-9) / 127
        whole = np.clip(np.rint(values / scales), -127, 127).astype(np.int8)
        name, ids, out = table.name, node.input[1], node.output[0]
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(whole, f"{name}.int8"))
        graph.initializer.append(
            numpy_helper.from_array(scales.astype(np.float32), f"{name}.scale")
        )
        made = [
            helper.make_node("Gather", [f"{name}.int8", ids], [f"{out}.int8"], axis=0),
            helper.make_node("Cast", [f"{out}.int8"], [f"{out}.float"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{name}.scale", ids], [f"{out}.scale"], axis=0),
            helper.make_node("Mul", [f"{out}.float", f"{out}.scale"], [out]),
        ]
        graph.node.remove(node)
        for step, new in enumerate(made):
            graph.node.insert(place + step, new)
