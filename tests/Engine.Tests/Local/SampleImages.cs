using MuSc.Contracts;
using MuSc.Engine.Inputs;
using MuSc.Features.Images;

namespace MuSc.Engine.Tests.Local;

/// <summary>Small images for tests.</summary>
internal static class SampleImages
{
    /// <summary>Writes images of one colour each and gives them with their names.</summary>
    public static IReadOnlyList<ImageFile> Make(TempFolder temp, int images, string folder = "in", int first = 0)
    {
        Directory.CreateDirectory(temp.At(folder));
        for (int image = first; image < first + images; image++)
        {
            RgbImage pixels = new(4, 3, [.. Enumerable.Repeat((byte)(image + 1), 36)]);
            ImageEncoder.SavePng(temp.At(folder, $"{image:00}.png"), pixels);
        }

        return ImageSetResolver.Resolve([temp.At(folder)], recursive: false);
    }
}
