using MuSc.Features.Backbones;

namespace MuSc.Grains.Messages;

/// <summary>What one image gives.</summary>
[GenerateSerializer, Immutable, Alias("musc.shape")]
public sealed record FeatureShapeMessage(
    [property: Id(0)] int[] Grids, [property: Id(1)] int[] Channels, [property: Id(2)] int ClassChannels)
{
    public static FeatureShapeMessage Of(FeatureShape shape) => new(
        [.. shape.Stages.Select(stage => stage.Grid)], [.. shape.Stages.Select(stage => stage.Channels)], shape.ClassChannels);

    public FeatureShape ToShape() => new([.. Grids.Zip(Channels, (grid, channels) => new StageShape(grid, channels))], ClassChannels);
}

/// <summary>A block to be extracted.</summary>
/// <param name="Spec">The job's settings, with the images of this block alone.</param>
/// <param name="Rows">The images' places among all of the job: rows of a file of tokens.</param>
/// <param name="Profile">The numeric profile or platform that it must be extracted with, or null for any.</param>
/// <param name="Hashes">SHA-256 of the images' files, where their features are kept for a gallery; else null.</param>
[GenerateSerializer, Immutable, Alias("musc.extraction-request")]
public sealed record ExtractionRequest(
    [property: Id(0)] ScoringJobSpec Spec, [property: Id(1)] int[] Rows, [property: Id(2)] string? Profile = null, [property: Id(3)] string[]? Hashes = null);

/// <summary>A block that was extracted, or could not be.</summary>
/// <param name="Generation">The generation of the job's features.</param>
/// <param name="Block">The block.</param>
/// <param name="Hash">SHA-256 over all its tokens.</param>
/// <param name="Profile">The numeric profile they were made with.</param>
/// <param name="Shape">What one image has.</param>
/// <param name="Error">Why it could not be extracted, or null.</param>
/// <param name="ErrorKind">What kind of error; null where another try may fare better.</param>
/// <param name="RefusedBy">The silo instead of which another one is to be asked: its profile is another one, or what failed may be its own fault. Else null.</param>
[GenerateSerializer, Immutable, Alias("musc.extraction")]
public sealed record ExtractionMessage(
    [property: Id(0)] int Generation,
    [property: Id(1)] int Block,
    [property: Id(2)] string Hash,
    [property: Id(3)] string Profile,
    [property: Id(4)] FeatureShapeMessage? Shape,
    [property: Id(5)] string? Error,
    [property: Id(6)] JobErrorKind? ErrorKind,
    [property: Id(7)] string? RefusedBy = null);

/// <summary>Some floats of a block's stage.</summary>
/// <param name="Hash">The block's hash.</param>
/// <param name="Length">Bytes of the whole stage.</param>
/// <param name="Bytes">The part.</param>
[GenerateSerializer, Immutable, Alias("musc.feature-part")]
public sealed record FeaturePartMessage([property: Id(0)] string Hash, [property: Id(1)] long Length, [property: Id(2)] Payload Bytes);

/// <summary>Whether an image can be used.</summary>
[GenerateSerializer, Immutable, Alias("musc.image-check")]
public sealed record ImageCheckMessage([property: Id(0)] int Width, [property: Id(1)] int Height, [property: Id(2)] string? Reason, [property: Id(3)] string Sha256 = "");
