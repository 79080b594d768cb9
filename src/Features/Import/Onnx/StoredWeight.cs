using MuSc.Features.Import.Onnx.Messages;
using System.Globalization;
using Google.Protobuf;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Onnx;

/// <summary>A weight with the message that describes it in the file.</summary>
internal sealed class StoredWeight(Tensor tensor, Weight weight, WeightWriter writer)
{
    public Tensor Tensor { get; } = tensor;

    public Weight Weight { get; } = weight;

    public WeightWriter Writer { get; } = writer;

    /// <summary>Bytes of the values.</summary>
    public long Bytes { get; } = writer.Bytes(weight);

    /// <summary>Whether the values stand in the data file.</summary>
    public bool External => Tensor.DataLocation == DataLocation.External;

    /// <summary>Bytes of the message with the values that stand in it.</summary>
    public long MessageBytes => Tensor.CalculateSize() + (External ? 0 : 1 + CodedOutputStream.ComputeUInt64Size((ulong)Bytes) + Bytes);

    /// <summary>Says that the values stand in the data file.</summary>
    public void PlaceOutside(string location, long offset)
    {
        Tensor.DataLocation = DataLocation.External;
        Tensor.ExternalData.Add(new StringPair { Key = "location", Value = location });
        Tensor.ExternalData.Add(new StringPair { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        Tensor.ExternalData.Add(new StringPair { Key = "length", Value = Bytes.ToString(CultureInfo.InvariantCulture) });
    }
}
