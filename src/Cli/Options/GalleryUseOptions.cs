namespace MuSc.Cli;

/// <summary>The images of earlier jobs against which a job's images are scored.</summary>
/// <param name="value">What help calls a gallery.</param>
/// <param name="place">Where it lies, for help.</param>
internal sealed class GalleryUseOptions(string value, string place)
{
    public Option<string?> Gallery { get; } = NewOption.Of<string?>(
        "--gallery", value, $"Score against the images of earlier jobs, and let these join them; begun with the first job. {place}");

    public Option<bool> ReadOnly { get; } = NewOption.Flag("--read-only", "Score against the gallery without changing it, each image as if it alone had joined.");

    public Option<int?> Size { get; } = NewOption.Of<int?>(
        "--gallery-size", "n", "How many images the gallery keeps, the newest; others leave it [default: all]").AtLeast(2);

    public IEnumerable<Option> All => [Gallery, ReadOnly, Size];

    /// <summary>The gallery that the command line names, or null.</summary>
    /// <exception cref="JobException">It names none, but says how it is used.</exception>
    public GalleryOptions? Read(ParseResult parsed)
    {
        (bool readOnly, int? size) = (parsed.GetValue(ReadOnly), parsed.GetValue(Size));
        return parsed.GetValue(Gallery) is { } gallery ? new(gallery) { ReadOnly = readOnly, Size = size }
            : !readOnly && size is null ? null
            : throw new JobException(JobErrorKind.Usage, $"{(readOnly ? ReadOnly.Name : Size.Name)} goes with {Gallery.Name}.");
    }
}
