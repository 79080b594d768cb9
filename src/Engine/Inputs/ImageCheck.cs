using System.Security.Cryptography;
using MuSc.Features.Images;

namespace MuSc.Engine.Inputs;

/// <summary>An image after the check.</summary>
/// <param name="File">The image.</param>
/// <param name="Width">Columns, 0 where it cannot be used.</param>
/// <param name="Height">Rows.</param>
/// <param name="Hash">SHA-256 of the file's bytes, empty where it cannot be used.</param>
/// <param name="Problem">Why it cannot be used, or null.</param>
public sealed record CheckedImage(ImageFile File, int Width, int Height, string Hash, string? Problem);

/// <summary>Decodes every image once, so that all bad files are known before any work.</summary>
public static class ImageCheck
{
    /// <summary>Checks one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="applyExif">Whether it is turned as its EXIF orientation says.</param>
    public static CheckedImage Of(ImageFile image, bool applyExif)
    {
        try
        {
            (int width, int height) = ImageDecoder.Decode(image.Path, applyExif, decoded => (decoded.Width, decoded.Height));
            using FileStream file = File.OpenRead(image.Path);
            return new(image, width, height, Convert.ToHexStringLower(SHA256.HashData(file)), null);
        }
        catch (Exception error) when (error is ImageFileException or IOException or UnauthorizedAccessException)
        {
            string problem = error is ImageFileException { Reason: var reason } ? reason : $"it cannot be read ({error.Message.TrimEnd('.')})";
            return new(image, 0, 0, string.Empty, problem);
        }
    }

    /// <summary>Checks images on several threads.</summary>
    /// <param name="images">The images.</param>
    /// <param name="applyExif">Whether they are turned as their EXIF orientation says.</param>
    /// <param name="skipBad">Whether bad ones are passed on with their problem rather than being an error.</param>
    /// <param name="threads">Images decoded at the same time.</param>
    /// <param name="done">Called with 1 as each is done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">Some are bad; the message lists them all.</exception>
    public static IReadOnlyList<CheckedImage> All(
        IReadOnlyList<ImageFile> images, bool applyExif, bool skipBad, int threads, Action<int> done, CancellationToken cancellationToken)
    {
        CheckedImage[] results = new CheckedImage[images.Count];
        EachImage.Do(images.Count, threads, at =>
        {
            results[at] = Of(images[at], applyExif);
            done(1);
        }, cancellationToken);
        return skipBad ? results : ThrowIfAnyIsBad(results);
    }

    /// <summary>The images, all of which can be used.</summary>
    /// <exception cref="JobException">Some are bad; the message lists them all.</exception>
    public static IReadOnlyList<CheckedImage> ThrowIfAnyIsBad(IReadOnlyList<CheckedImage> images)
    {
        string[] problems = [.. images.Where(image => image.Problem is not null).Select(image => $"{Shown(image.File)}: {image.Problem}")];
        string count = problems.Length == 1 ? "One image" : $"{problems.Length} of {images.Count} images";
        return problems.Length == 0 ? images : throw new JobException(
            JobErrorKind.Input,
            $"{count} cannot be used (--skip-bad leaves such images out):{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
    }

    // An image that was sent lies under another name.
    private static string Shown(ImageFile image) => Path.GetFileName(image.Path) == Path.GetFileName(image.Name) ? image.Path : image.Name;
}
