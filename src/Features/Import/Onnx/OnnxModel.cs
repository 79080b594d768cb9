using MuSc.Features.Import.Onnx.Messages;
namespace MuSc.Features.Import.Onnx;

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
