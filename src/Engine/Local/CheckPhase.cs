using System.Security.Cryptography;
using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Features.Images;

namespace MuSc.Engine.Local;

/// <summary>Decodes every image once, so that all bad files are known before any work.</summary>
internal static class CheckPhase
{
    /// <summary>Checks images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="applyExif">Whether they are turned as their EXIF orientation says.</param>
    /// <param name="skipBad">Whether bad ones are passed on with their problem rather than being an error.</param>
    /// <param name="threads">Images decoded at the same time.</param>
    /// <param name="done">Called with 1 as each is done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">Some are bad; the message lists them all.</exception>
    public static IReadOnlyList<CheckedImage> Run(
        IReadOnlyList<ImageFile> images, bool applyExif, bool skipBad, int threads, Action<int> done, CancellationToken cancellationToken)
    {
        CheckedImage[] results = new CheckedImage[images.Count];
        EachImage.Do([.. Enumerable.Range(0, images.Count)], threads, () => false, (at, _) =>
        {
            results[at] = Check(images[at], applyExif);
            done(1);
        }, cancellationToken);

        string[] problems = [.. results.Where(image => image.Problem is not null).Select(image => $"{image.File.Path}: {image.Problem}")];
        if (problems.Length > 0 && !skipBad)
        {
            string count = problems.Length == 1 ? "One image" : $"{problems.Length} of {images.Count} images";
            throw new JobException(
                JobErrorKind.Input,
                $"{count} cannot be used (--skip-bad leaves such images out):{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
        }

        return results;
    }

    private static CheckedImage Check(ImageFile image, bool applyExif)
    {
        try
        {
            RgbImage decoded = ImageDecoder.Decode(image.Path, applyExif);
            using FileStream file = File.OpenRead(image.Path);
            return new(image, decoded.Width, decoded.Height, Convert.ToHexStringLower(SHA256.HashData(file)), null);
        }
        catch (ImageFileException error)
        {
            return new(image, 0, 0, string.Empty, error.Reason);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(image, 0, 0, string.Empty, $"it cannot be read ({error.Message.TrimEnd('.')})");
        }
    }
}
