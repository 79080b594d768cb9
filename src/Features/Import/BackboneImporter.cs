using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Families;
using MuSc.Features.Import.Networks;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import;

/// <summary>Turns a public checkpoint into a backbone: one ONNX file with <c>musc.*</c> metadata (docs/architecture.md, A backbone is one ONNX file).</summary>
public static class BackboneImporter
{
    // A position embedding of 512 × 512 patches is far beyond what attention can be computed for.
    private const int WidestGrid = 512;

    /// <summary>Imports a checkpoint for one input size; the file's <c>pixels</c> is [B × 3 × size × size] with B free.</summary>
    /// <exception cref="ImportException">The checkpoint cannot be used, or an option is needed; the message names it.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static ImportedBackbone Import(ImportOptions options, CancellationToken cancellationToken)
    {
        CheckpointConfig config = new(options.Configs);
        using SafetensorsFile file = SafetensorsFile.Open(options.Checkpoint);
        Checkpoint checkpoint = new(file);
        Family family = FamilyCatalogue.Recognise(checkpoint, config);
        (INetwork network, Preprocessing preprocessing) = family.Read(checkpoint, new ImportSettings(options, config));
        checkpoint.Finish(family.Name, family.Unneeded);

        int size = Size(options, network);
        IReadOnlyList<int> stages = Stages(options, network);
        KeyValuePair<string, string>[] metadata =
        [
            new("musc.name", options.Name ?? Path.GetFileNameWithoutExtension(options.Output)),
            new("musc.patch", network.Patch.ToString(CultureInfo.InvariantCulture)),
            new("musc.size", size.ToString(CultureInfo.InvariantCulture)),
            new("musc.mean", preprocessing.Mean.ToString()),
            new("musc.std", preprocessing.Deviation.ToString()),
            new("musc.resize", preprocessing.Resize == ResizeFilter.Bicubic ? "bicubic" : "bilinear"),
            new("musc.source", options.Source ?? Path.GetFileName(options.Checkpoint)),
            new("musc.license", options.License ?? config.Text("license") ?? "unknown"),
        ];
        OnnxModel model = new(network.Build(size, stages), metadata);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Output))!);
        new OnnxFileWriter(options.Half).Write(model, options.Output, cancellationToken);
        return new ImportedBackbone(options.Output, family.Name, size, network.Shapes(size, stages), metadata);
    }

    private static int Size(ImportOptions options, INetwork network)
    {
        int size = options.Size ?? network.TrainedSize;
        return size >= network.LeastSize && size % network.SizeStep == 0 && size / network.Patch <= WidestGrid
            ? size
            : throw new ImportException(
                $"The size {size} is impossible for this network: multiples of {network.SizeStep} from {network.LeastSize} to {WidestGrid * network.Patch} are possible, for example --size {Nearest(size, network)}.");
    }

    private static int Nearest(int size, INetwork network)
    {
        int step = network.SizeStep;
        int least = (network.LeastSize + step - 1) / step * step;
        int most = Math.Max(least, WidestGrid * network.Patch / step * step);
        return (int)Math.Clamp(Math.Round((double)size / step, MidpointRounding.AwayFromZero) * step, least, most);
    }

    private static IReadOnlyList<int> Stages(ImportOptions options, INetwork network)
    {
        IReadOnlyList<int> stages = options.Stages.Count > 0 ? options.Stages : network.DefaultStages;
        bool ascending = stages.Zip(stages.Skip(1)).All(pair => pair.First < pair.Second);
        return ascending && stages[0] >= 1 && stages[^1] <= network.Depth
            ? stages
            : throw new ImportException($"The stages {string.Join(", ", stages)} are impossible: ascending numbers from 1 to {network.Depth} are expected.");
    }
}

/// <summary>What an import wrote, for people.</summary>
/// <param name="Path">The ONNX file.</param>
/// <param name="Family">What the checkpoint was recognised as.</param>
/// <param name="Size">Side of the input in pixels.</param>
/// <param name="Stages">The stages' grids and channels.</param>
/// <param name="Metadata">The <c>musc.*</c> entries of the file.</param>
public sealed record ImportedBackbone(
    string Path, string Family, int Size, IReadOnlyList<StageShape> Stages, IReadOnlyList<KeyValuePair<string, string>> Metadata);

/// <summary>A checkpoint that cannot be imported; the message says what is wrong, where, and what to do.</summary>
public sealed class ImportException(string message, Exception? inner = null) : Exception(message, inner);
