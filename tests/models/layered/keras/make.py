"""Makes the files of this folder: KERAS_BACKEND=torch python make.py (keras, h5py, torch, safetensors of PyPI).

Each NAME.h5 or NAME.keras is a small generator with weights that no initialiser gives, NAME.safetensors what it makes:
z [4, n], c [4] where it takes labels, and y as Keras has it, channels last.
"""
import pathlib

import keras
import numpy as np
from keras import layers as L
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent


def keep(name, model, z_dim, labels=0):
    random = np.random.default_rng(1)
    for variable in model.variables:
        values = random.normal(0, 0.3, variable.shape)
        variable.assign(np.abs(values) + 0.5 if "variance" in variable.path else values)
    z = random.normal(0, 1, (4, z_dim)).astype("float32")
    given = {"z": z}
    inputs = [z]
    if labels:
        given["c"] = np.arange(4, dtype="float32") % labels
        inputs.append(given["c"][:, None].astype("int32"))
    model.save(folder / name)
    read = keras.models.load_model(folder / name, compile=False)
    made = read(inputs if labels else z, training=False).detach()
    given["y"] = np.ascontiguousarray(made)
    save_file(given, folder / (pathlib.Path(name).stem + ".safetensors"))


def sequential(*rows):
    return keras.Sequential([keras.Input((6,)), *rows])


keep("transposed.h5", sequential(
    L.Dense(4 * 4 * 3, use_bias=False), L.BatchNormalization(), L.LeakyReLU(), L.Reshape((4, 4, 3)),
    L.Conv2DTranspose(4, 5, strides=1, padding="same", use_bias=False), L.BatchNormalization(momentum=0.8),
    L.ReLU(), L.Dropout(0.3), L.Conv2DTranspose(2, 5, strides=2, padding="same", activation="selu"),
    L.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")), 6)
keep("valid.keras", sequential(
    L.Dense(3 * 3 * 4, activation="relu"), L.Reshape((3, 3, 4)),
    L.Conv2DTranspose(4, 3, strides=2, padding="valid"), L.ELU(0.7),
    L.Conv2DTranspose(2, 2, strides=3, padding="valid", activation="swish"),
    L.ZeroPadding2D(((1, 0), (0, 1))), L.Conv2D(1, 3, padding="valid", activation="sigmoid")), 6)
keep("enlarging.keras", sequential(
    L.Dense(4 * 4 * 4), L.Activation("gelu"), L.Reshape((4, 4, 4)), L.BatchNormalization(scale=False),
    L.UpSampling2D(), L.Conv2D(4, 3, padding="same"), L.BatchNormalization(center=False), L.Activation("softplus"),
    L.UpSampling2D(interpolation="bilinear"), L.Conv2D(3, 4, padding="same", activation="tanh")), 6)
keep("dense.h5", sequential(
    L.Dense(8), L.LeakyReLU(0.2), L.BatchNormalization(), L.Dense(64, activation="tanh"), L.Reshape((8, 8, 1))), 6)
keep("wide.keras", sequential(
    L.Dense(3 * 5 * 4), L.Reshape((3, 5, 4)), L.Conv2DTranspose(4, 4, strides=2, padding="same", activation="relu"),
    L.Conv2DTranspose(2, (3, 5), strides=(2, 1), padding="same", activation="tanh")), 6)  # 12x10, two channels

# With a label, as a functional model: its embedding becomes one more channel; a residual sum on the way.
z, c = keras.Input((6,)), keras.Input((1,), dtype="int32")
plane = L.Reshape((4, 4, 1))(L.Dense(16)(L.Embedding(3, 5)(c)))
x = L.Concatenate()([L.Reshape((4, 4, 2))(L.Dense(32)(z)), plane])
y = L.Conv2D(3, 3, padding="same", activation="relu")(x)
x = L.Add()([x, y])
x = L.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh")(x)
for name in ("label.h5", "label.keras"):
    keep(name, keras.Model([z, c], x), 6, 3)

