using System.Diagnostics;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

/// <summary>Neither many large images nor files that are none take memory or time without a bound.</summary>
public sealed class DecodingMemoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc decoding ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ImagesBeyondTheBudget_AreUsedOneAtATime()
    {
        string path = Path.Combine(_folder, "a.png");
        ImageEncoder.SavePng(path, Fixtures.Noise(40, 30, 1));
        long before = DecodingMemory.Budget;
        int users = 0;
        try
        {
            DecodingMemory.Budget = 1;
            Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Assert.Equal(40, ImageDecoder.Decode(path, applyExif: false, image =>
            {
                Assert.Equal(1, Interlocked.Increment(ref users));
                Thread.Yield();
                Interlocked.Decrement(ref users);
                return image.Width;
            })));
        }
        finally
        {
            DecodingMemory.Budget = before;
        }
    }

    [Fact]
    public void ImageThatCannotBeUsed_GivesItsMemoryBack()
    {
        string path = Path.Combine(_folder, "cut.png");
        ImageEncoder.SavePng(path, Fixtures.Noise(40, 30, 1));
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(file.Length / 2);
        }

        long before = DecodingMemory.Budget;
        try
        {
            DecodingMemory.Budget = 1;
            for (int time = 0; time < 2; time++)
            {
                Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false));
            }
        }
        finally
        {
            DecodingMemory.Budget = before;
        }
    }

    [Fact]
    public void FileBeyondTheLimit_IsRefusedUnread()
    {
        string path = Path.Combine(_folder, "large.jpg");
        using (FileStream file = File.Create(path))
        {
            file.Write([0xFF, 0xD8, 0xFF]);
            file.SetLength(ImageDecoder.MaxFileBytes + 1);
        }

        ImageFileException error = Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false));
        Assert.Equal("it has 1,074,790,401 bytes; at most 1,074,790,400 are read", error.Reason);
    }

    [Fact]
    public async Task Pipe_IsRefusedAndNotWaitedFor()
    {
        string path = Path.Combine(_folder, "pipe.png");
        using (Process made = Process.Start("mkfifo", [path]))
        {
            await made.WaitForExitAsync();
        }

        Task<ImageFileException> refused = Task.Run(() => Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false)));
        Assert.Equal("the file is empty", (await refused.WaitAsync(TimeSpan.FromMinutes(1))).Reason);
    }
}
