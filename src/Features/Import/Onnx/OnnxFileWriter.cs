using System.Buffers;
using Google.Protobuf;
using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx.Messages;

namespace MuSc.Features.Import.Onnx;

/// <summary>
/// Writes a network as an ONNX file. Messages that hold weights are framed by hand, so that the weights stream through a buffer of
/// 16 MB. A protobuf message ends at 2 GB: beyond it, large weights go to a second file beside the first, as ONNX's external data.
/// </summary>
/// <param name="half">Keep weights as float16 in the file; they are widened when the network is loaded.</param>
/// <param name="limit">Bytes up to which one file holds everything.</param>
internal sealed class OnnxFileWriter(bool half, long limit = OnnxFileWriter.MessageLimit)
{
    private const long MessageLimit = int.MaxValue - (16L << 20);
    private const uint GraphTag = (7 << 3) | 2;
    private const uint InitializerTag = (5 << 3) | 2;
    private const uint RawDataTag = (9 << 3) | 2;

    // Small weights stay in the first file; the others begin on a page, so that they can be mapped.
    private const int SmallBytes = 64 << 10;
    private const int PageBytes = 4096;

    /// <summary>Writes the file, and its data file where there must be one. Both appear under their names only when whole.</summary>
    public void Write(OnnxModel model, string path, CancellationToken cancellationToken)
    {
        List<StoredWeight> weights = [.. model.Graph.Weights.Select(weight => Store(model.Graph.Graph, weight.Name, weight.Weight))];
        bool external = weights.Sum(weight => weight.Bytes) + model.Graph.Graph.CalculateSize() > limit;
        string dataPath = path + ".data";
        string unfinished = path + ".unfinished";
        string unfinishedData = dataPath + ".unfinished";
        try
        {
            if (external)
            {
                using FileStream data = File.Create(unfinishedData);
                WriteData(data, weights, Path.GetFileName(dataPath), cancellationToken);
            }

            using (FileStream file = File.Create(unfinished))
            {
                WriteModel(file, model, weights, cancellationToken);
            }

            // The data first: the model without it would look whole.
            if (external)
            {
                File.Move(unfinishedData, dataPath, overwrite: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
            File.Delete(unfinishedData);
        }
    }

    private static void WriteModel(Stream stream, OnnxModel model, List<StoredWeight> weights, CancellationToken cancellationToken)
    {
        Graph graph = model.Graph.Graph;
        using CodedOutputStream output = new(stream, leaveOpen: true);
        model.Header().WriteTo(output);
        long graphBytes = graph.CalculateSize()
            + weights.Sum(weight => 1 + CodedOutputStream.ComputeUInt64Size((ulong)weight.MessageBytes) + weight.MessageBytes);
        output.WriteTag(GraphTag);
        output.WriteUInt64((ulong)graphBytes);
        graph.WriteTo(output);
        foreach (StoredWeight weight in weights)
        {
            output.WriteTag(InitializerTag);
            output.WriteUInt64((ulong)weight.MessageBytes);
            weight.Tensor.WriteTo(output);
            if (!weight.External)
            {
                output.WriteTag(RawDataTag);
                output.WriteUInt64((ulong)weight.Bytes);
                output.Flush();
                weight.WriteValues(stream, cancellationToken);
            }
        }
    }

    private static void WriteData(FileStream stream, List<StoredWeight> weights, string location, CancellationToken cancellationToken)
    {
        foreach (StoredWeight weight in weights.Where(weight => weight.Bytes > SmallBytes))
        {
            stream.Position = (stream.Length + PageBytes - 1) / PageBytes * PageBytes;
            weight.PlaceOutside(location, stream.Position);
            weight.WriteValues(stream, cancellationToken);
        }
    }

    /// <summary>Settles under which name and type a weight stands; a half-precision one is widened by a node ahead of the others.</summary>
    private StoredWeight Store(Graph graph, string name, Weight weight)
    {
        Tensor tensor = new() { Name = name, DataType = ElementType.Float };
        tensor.Dims.AddRange(weight.Shape);
        if (half && weight.Shape.Count > 1)
        {
            tensor.Name = name + ".half";
            tensor.DataType = ElementType.Float16;
            Node cast = new() { OpType = "Cast", Name = "Cast_" + name, Input = { tensor.Name }, Output = { name } };
            cast.Attribute.Add(GraphBuilder.Attribute("to", (long)ElementType.Float));
            graph.Node.Insert(0, cast);
        }

        return new StoredWeight(tensor, weight);
    }
}

/// <summary>A network ready to be written: its graph and what <c>musc.*</c> metadata says of it.</summary>
internal sealed record OnnxModel(GraphBuilder Graph, IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    // IR 8 is the version that came with opset 17, the first with LayerNormalization.
    private const int IrVersion = 8;
    private const int OperatorSetVersion = 17;

    /// <summary>Everything but the graph.</summary>
    public Model Header()
    {
        Model model = new() { IrVersion = IrVersion, ProducerName = "MuSc.Distributed" };
        model.OpsetImport.Add(new OperatorSet { Version = OperatorSetVersion });
        model.MetadataProps.AddRange(Metadata.Select(pair => new StringPair { Key = pair.Key, Value = pair.Value }));
        return model;
    }
}

/// <summary>A weight with the message that describes it in the file; its values are written little-endian, one piece after the other.</summary>
/// <param name="tensor">Says the type: Float or Float16.</param>
/// <param name="weight">The values.</param>
internal sealed class StoredWeight(Tensor tensor, Weight weight)
{
    // 16 MB: most matrices of a ViT-L in one piece.
    private const int PieceLength = 4 << 20;

    public Tensor Tensor => tensor;

    /// <summary>Bytes of the values.</summary>
    public long Bytes => weight.Length * (IsNarrow ? sizeof(ushort) : sizeof(float));

    /// <summary>Whether the values stand in the data file.</summary>
    public bool External => tensor.DataLocation == DataLocation.External;

    /// <summary>Bytes of the message with the values that stand in it.</summary>
    public long MessageBytes => tensor.CalculateSize() + (External ? 0 : 1 + CodedOutputStream.ComputeUInt64Size((ulong)Bytes) + Bytes);

    private bool IsNarrow => tensor.DataType == ElementType.Float16;

    /// <summary>Says that the values stand in the data file.</summary>
    public void PlaceOutside(string location, long offset)
    {
        tensor.DataLocation = DataLocation.External;
        tensor.ExternalData.Add(new StringPair { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringPair { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringPair { Key = "length", Value = Bytes.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Writes the values.</summary>
    /// <exception cref="ImportException">A value does not fit the type.</exception>
    public void WriteValues(Stream stream, CancellationToken cancellationToken)
    {
        int rows = (int)Math.Min(weight.Rows, Math.Max(1, PieceLength / Math.Max(1, weight.RowLength)));
        float[] piece = ArrayPool<float>.Shared.Rent(rows * weight.RowLength);
        for (long first = 0; first < weight.Rows; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(rows, weight.Rows - first);
            Span<float> values = piece.AsSpan(0, count * weight.RowLength);
            weight.ReadRows(first, count, values);
            stream.Write(IsNarrow ? Narrow(values) : MemoryMarshal.AsBytes(values));
        }

        ArrayPool<float>.Shared.Return(piece);
    }

    /// <summary>Narrows in place: each half lies at or before the float that it comes from.</summary>
    private Span<byte> Narrow(Span<float> values)
    {
        Span<Half> halves = MemoryMarshal.Cast<float, Half>(values);
        for (int i = 0; i < values.Length; i++)
        {
            Half half = (Half)values[i];
            halves[i] = Half.IsFinite(half)
                ? half
                : throw new ImportException($"The weight '{tensor.Name}' holds {values[i]}, which float16 cannot; import without --fp16.");
        }

        return MemoryMarshal.AsBytes(halves[..values.Length]);
    }
}
