// Writes a checkpoint with random weights in the names of open_clip: a CLIP ViT-L/14-336 (1.2 GB of float32).
// dotnet run tests/soak/synthetic-vit.cs -- FILE [SEED]
#:property PublishAot=false
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

const int width = 1024, depth = 24, patch = 14, grid = 24, hidden = 4096, projected = 768;
Random random = new(args.Length > 1 ? int.Parse(args[1]) : 1);
List<(string Name, long[] Shape, float Scale, float Mean)> tensors =
[
    ("visual.class_embedding", [width], 0.03f, 0),
    ("visual.positional_embedding", [(grid * grid) + 1, width], 0.03f, 0),
    ("visual.proj", [width, projected], 0.03f, 0),
    ("visual.conv1.weight", [width, 3, patch, patch], 0.03f, 0),
];
Norm("visual.ln_pre");
for (int block = 0; block < depth; block++)
{
    string name = $"visual.transformer.resblocks.{block}";
    Norm($"{name}.ln_1");
    tensors.Add(($"{name}.attn.in_proj_weight", [3 * width, width], 0.03f, 0));
    tensors.Add(($"{name}.attn.in_proj_bias", [3 * width], 0.01f, 0));
    Linear($"{name}.attn.out_proj", width, width);
    Norm($"{name}.ln_2");
    Linear($"{name}.mlp.c_fc", hidden, width);
    Linear($"{name}.mlp.c_proj", width, hidden);
}

Norm("visual.ln_post");

long offset = 0;
StringBuilder header = new("{");
foreach ((string name, long[] shape, _, _) in tensors)
{
    long end = offset + (4 * shape.Aggregate(1L, (product, size) => product * size));
    header.Append(offset == 0 ? "" : ",").Append($"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{offset},{end}]}}");
    offset = end;
}

byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
byte[] length = new byte[8];
BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
using FileStream file = File.Create(args[0]);
file.Write(length);
file.Write(json);
foreach ((_, long[] shape, float scale, float mean) in tensors)
{
    float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
    for (int i = 0; i < values.Length; i++)
    {
        values[i] = mean + (scale * ((2 * random.NextSingle()) - 1));
    }

    file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
}

Console.WriteLine($"{args[0]}: {file.Length} bytes, {tensors.Count} tensors");

void Norm(string name)
{
    tensors.Add(($"{name}.weight", [width], 0.1f, 1));
    tensors.Add(($"{name}.bias", [width], 0.1f, 0));
}

void Linear(string name, long outputs, long inputs)
{
    tensors.Add(($"{name}.weight", [outputs, inputs], 0.03f, 0));
    tensors.Add(($"{name}.bias", [outputs], 0.01f, 0));
}
